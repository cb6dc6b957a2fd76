// Opens a document at the cited words. Given by Gradio: element, props, server.
// The language of the page is that of the html element; conversation.js keeps it.
let shown = null; // the citation that is open
let opened = null; // where it leads, what it looks like, and which turn it is in
let reach = 0; // how far around the words the text goes; 0 leaves it to the server
let asked = 0; // counts openings, so that a slow answer does not overtake a later one

const place = ({ dataset }) => `${dataset.document} ${dataset.start} ${dataset.end}`;
const key = (link) => link.dataset.number ?? place(link);

// The citations of the same answer, each number once, or its nearest passages; a document from the list stands alone.
const siblings = (link) => {
  const turn = link.closest(".turn");
  if (!turn) return [link];
  const all = [...turn.querySelectorAll(link.classList.contains("near") ? "a.near" : "a.citation, a.words")];
  const keys = all.map(key);
  return all.filter((one, index) => keys.indexOf(key(one)) === index);
};
const position = (all, link) => all.findIndex((one) => key(one) === key(link));

const turns = () => [...document.querySelectorAll(".turn")];
const onPhone = () => matchMedia("(max-width: 60rem)").matches;
const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

const markShown = (link) => {
  document.querySelectorAll("a.opens[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  link?.setAttribute("aria-current", "true");
};

function topOfWords() {
  const text = element.querySelector(".surroundings");
  const words = text.querySelector("mark:not(.label)");
  return words ? words.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop : 0;
}

// The picture of the page comes later than the text: then it is moved to the lit words.
function showOnPage() {
  const picture = element.querySelector(".page-picture img");
  if (!picture) return;
  const move = () => {
    const frame = picture.parentElement;
    frame.scrollTop = Number(picture.dataset.top) * picture.clientHeight - frame.clientHeight / 3;
  };
  if (picture.complete) move();
  else picture.addEventListener("load", move, { once: true });
}

async function show(link, { focus = true, keep = null } = {}) {
  const all = siblings(link);
  const opening = ++asked;
  shown = link;
  opened = { place: place(link), look: link.className, turn: turns().indexOf(link.closest(".turn")) };
  markShown(link);
  const markup = await server
    .passage({
      document: link.dataset.document,
      start: Number(link.dataset.start),
      end: Number(link.dataset.end),
      labelStart: Number(link.dataset.labelStart ?? 0),
      labelEnd: Number(link.dataset.labelEnd ?? 0),
      textSha256: link.dataset.textSha256 ?? "",
      near: link.classList.contains("near"),
      number: position(all, link) + 1,
      of: all.length,
      language: document.documentElement.lang,
      ...(reach ? { reach } : {}),
    })
    .catch(() => null);
  if (markup === null) return void window.open(link.href, "_blank", "noopener"); // the plain page says what is wrong
  if (opening !== asked) return;
  props.value = markup;
  document.body.dataset.source = "open";
  await painted();
  const text = element.querySelector(".surroundings");
  showOnPage();
  if (text) text.scrollTop = keep === null ? topOfWords() - text.clientHeight / 4 : text.scrollTop + topOfWords() - keep;
  if (onPhone()) link.scrollIntoView({ block: "start" }); // above the sheet
  if (focus) element.querySelector("#source-title")?.focus({ preventScroll: false });
}

function close() {
  const link = shown;
  const reading = element.contains(document.activeElement);
  shown = null;
  reach = 0;
  asked++;
  markShown(null);
  delete document.body.dataset.source;
  props.value = "";
  if (reading) link?.focus({ preventScroll: true });
}

function widen() {
  reach = (reach || 1500) * 3;
  show(shown, { focus: false, keep: topOfWords() });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.opens");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  reach = 0;
  show(link);
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !shown) return;
  if ("close" in button.dataset) close();
  else if (button.dataset.more) widen();
  else if (button.dataset.step) {
    const all = siblings(shown);
    const link = all[position(all, shown) + Number(button.dataset.step)];
    reach = 0;
    if (link) show(link);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) close();
});

// Another language of the page: the same place again, in that language. A new conversation: nothing is open. A new
// question on a phone: the sheet would cover the answer.
document.addEventListener("quoth:language", () => shown?.isConnected && show(shown, { focus: false }));
// Markup is patched where it stands: the link that was chosen may have lost its mark, or lead elsewhere now.
document.addEventListener("quoth:changed", () => {
  if (!shown) return;
  const links = [...(turns()[opened.turn] ?? document).querySelectorAll("a.opens")];
  const same = links.filter((link) => place(link) === opened.place);
  const link = same.find((one) => one.className === opened.look) ?? same[0];
  shown = link ?? shown;
  markShown(link);
});
document.addEventListener("quoth:restart", () => close());
document.addEventListener("quoth:asked", () => onPhone() && close());
