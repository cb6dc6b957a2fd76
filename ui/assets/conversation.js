// Follows the conversation. Given by Gradio: element, watch.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let turns = 0;
let growing = false; // the last turn was not done when it was last seen

function follow() {
  const conversation = element.querySelector(".conversation");
  if (!conversation) return;
  const { language } = conversation.dataset;
  if (language && language !== document.documentElement.lang) {
    document.documentElement.lang = language;
    document.dispatchEvent(new Event("quoth:language"));
  }
  if (!document.body.dataset.ready) {
    document.body.dataset.ready = "true";
    // Not on a phone: its keyboard would cover half of the page.
    if (matchMedia("(hover: hover)").matches) document.querySelector("#quoth-question textarea")?.focus();
  }

  const all = conversation.querySelectorAll(".turn");
  if (all.length < turns) document.dispatchEvent(new Event("quoth:restart"));
  if (all.length > turns) document.dispatchEvent(new Event("quoth:asked"));
  if (all.length > turns || growing) show(all[all.length - 1]);
  turns = all.length;
  growing = Boolean(conversation.querySelector(".pending"));
}

// As little movement as possible: a turn that fits only has to be in view, a longer one is read from its start.
function show(turn) {
  const fits = turn.offsetHeight < innerHeight - 130;
  turn.scrollIntoView({ block: fits ? "nearest" : "start", behavior: calm.matches ? "auto" : "smooth" });
  // The suggestion that had the focus is gone; without this a keyboard would start at the top of the page again.
  if (document.activeElement === document.body) turn.querySelector(".question").focus({ preventScroll: true });
}

watch("value", follow);
