// Keeps the list of chosen documents. Given by Gradio: element, props, watch. The value is a list of document ids.
const boxes = () => [...element.querySelectorAll("input[type=checkbox]")];

function count() {
  const chosen = element.querySelector("[data-chosen]");
  if (chosen) chosen.textContent = boxes().filter((box) => box.checked).length;
}

function choose() {
  props.value = boxes().filter((box) => box.checked).map((box) => box.value);
  count();
}

// The markup says which boxes were ticked when it was made; once a box was clicked, only its property counts.
function tick() {
  const chosen = new Set(props.value ?? []);
  boxes().forEach((box) => (box.checked = chosen.has(box.value)));
  count();
}

element.addEventListener("change", choose);
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-choose]");
  if (!button) return;
  boxes().forEach((box) => (box.checked = button.dataset.choose === "all"));
  choose();
});
watch(["value", "markup"], tick);
