// Follows the conversation, and keeps what is said of its answers. Given by Gradio: element, server, watch.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let turns = 0;
let growing = false; // the last turn was not done when it was last seen
let writing = false; // ... and a language model was writing above its quotations

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
  const last = all[all.length - 1];
  // Once prose comes above the quotations, or comes to nothing, someone is reading them: the page holds still.
  const read = writing && !last?.querySelector(".written.growing > p:first-child:empty");
  if (all.length > turns || (growing && !read)) show(last);
  turns = all.length;
  growing = Boolean(conversation.querySelector(".pending"));
  writing = Boolean(conversation.querySelector(".writing"));
  showFlags();
  document.dispatchEvent(new Event("quoth:changed"));
}

// As little movement as possible: a turn that fits only has to be in view, a longer one is read from its start.
function show(turn) {
  const fits = turn.offsetHeight < innerHeight - 130;
  turn.scrollIntoView({ block: fits ? "nearest" : "start", behavior: calm.matches ? "auto" : "smooth" });
  // The suggestion that had the focus is gone; without this a keyboard would start at the top of the page again.
  if (document.activeElement === document.body) turn.querySelector(".question").focus({ preventScroll: true });
}

// What was said of answers, by answer: the markup is made anew with each turn and for another language, without it.
const said = new Map();
let keeping = Promise.resolve(); // one after another, so that what was said last is what is kept

function showFlags() {
  for (const flag of element.querySelectorAll(".flag")) {
    const { verdict, kept } = said.get(flag.dataset.answer) ?? {};
    flag.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", button.dataset.verdict === verdict));
    const words = (kept && flag.dataset[kept]) ?? "";
    const status = flag.querySelector("[role=status]");
    if (status.textContent !== words) status.textContent = words; // said aloud only when it changes
  }
}

async function keep(flag, verdict) {
  const { answer } = flag.dataset;
  const kept = await server.keep_said({ answer, verdict }).catch(() => "failed");
  said.set(answer, { verdict: kept === "noted" ? verdict : said.get(answer)?.verdict, kept });
  showFlags();
  flag.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" }); // what it now says as well
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-verdict]");
  if (button) keeping = keeping.then(() => keep(button.closest(".flag"), button.dataset.verdict));
});
watch("value", follow);
