// Asks the suggested question that is clicked. Given by Gradio: element, trigger.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button.suggestion");
  if (button) trigger("suggest", { question: button.dataset.question });
});
