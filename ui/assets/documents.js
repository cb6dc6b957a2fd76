// Keeps the list of chosen documents. Given by Gradio: element, props, watch. The value is a list of document ids, or
// holds a sign in their place: for all of them, or for more than the page may send.
const ALL = "*";
const TOO_MANY = "+";
const MOST = 900;
const boxes = () => [...element.querySelectorAll("input[type=checkbox]")];

function count() {
  const chosen = element.querySelector("[data-chosen]");
  if (chosen) chosen.textContent = boxes().filter((box) => box.checked).length;
}

function choose() {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.value);
  const all = chosen.length === boxes().length;
  props.value = all ? [ALL] : chosen.length > MOST ? [TOO_MANY] : chosen;
  count();
}

// The markup says which boxes were ticked when it was made; once a box was clicked, only its property counts.
function tick() {
  const chosen = new Set(props.value ?? []);
  if (!chosen.has(TOO_MANY)) boxes().forEach((box) => (box.checked = chosen.has(ALL) || chosen.has(box.value)));
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
