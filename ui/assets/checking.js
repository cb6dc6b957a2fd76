// Checks a quotation by the API and shows the true words beside what was made of them. Given by Gradio: element, watch.
const ROUTE = "/v1/quotations/check";
const kept = { open: false, quotation: "" }; // what outlives a change of language, which draws the box anew
let asked = 0; // counts checks, so that a slow answer does not overtake a later one

const words = () => JSON.parse(element.querySelector(".checking").dataset.words);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

function make(name, children, attributes = {}) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

// Offsets count code points, as everywhere; the words that were changed are lit.
function quote({ citation, changes }) {
  const signs = [...citation.quote];
  const cut = (start, end) => signs.slice(start - citation.start, end - citation.start).join("");
  let from = citation.start;
  const pieces = [];
  for (const change of changes.filter(({ source }) => source)) {
    pieces.push(cut(from, change.source_start), make("mark", [cut(change.source_start, change.source_end)]));
    from = change.source_end;
  }
  return [...pieces, cut(from, citation.end)];
}

function told(change, said) {
  const flags = change.flags.map((flag) => said[`change.${flag}`]).join(", ");
  const line = make("li", [fill(said[`change.${change.kind}`], change)]);
  if (flags) line.append(" ", make("strong", [`(${flags})`]));
  return line;
}

function place(part, said) {
  const { citation } = part;
  const link = make("a", quote(part), {
    class: "opens",
    href: citation.permalink,
    "data-document": citation.document_id,
    "data-start": citation.start,
    "data-end": citation.end,
    "data-text-sha256": citation.text_sha256,
  });
  const title = make("cite", [citation.document_title], { dir: "auto" });
  const found = [make("blockquote", [link], { dir: "auto" }), title];
  if (part.changes.length) found.push(make("ul", part.changes.map((change) => told(change, said))));
  const names = part.differences.map((difference) => said[`difference.${difference}`]).join(", ");
  if (names) found.push(make("p", [fill(said.same_but, { differences: names })], { class: "hint" }));
  return make("div", found, { class: "place" });
}

function show(...children) {
  element.querySelector(".checked")?.replaceChildren(...children);
}

async function check() {
  const box = element.querySelector("textarea");
  const said = words();
  const turn = ++asked;
  if (!box.value.trim()) return show();
  show(said.check_busy);
  let checked = null;
  try {
    await fetch("/v1/ready"); // where a key is wanted, this makes the browser send it with the quotation too
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(ROUTE, { method: "POST", headers, body: JSON.stringify({ quotation: box.value }) });
    const answer = await response.json();
    if (turn !== asked) return;
    if (!response.ok) return show(answer.detail ?? said["error.unexpected"]);
    checked = answer;
  } catch {
    if (turn === asked) show(said["error.unreachable"]);
    return;
  }
  const signs = [...checked.quotation];
  const missing = checked.missing.map(({ start, end }) => signs.slice(start, end).join(""));
  const nowhere = missing.map((quoted) => make("li", [fill(said["change.nowhere"], { quoted })]));
  show(
    make("p", [said[`check.${checked.verdict}`]], { class: `verdict ${checked.verdict}` }),
    ...checked.parts.map((part) => place(part, said)),
    ...(nowhere.length ? [make("ul", nowhere)] : []),
  );
}

element.addEventListener("toggle", ({ target }) => (kept.open = target.open), true);
element.addEventListener("input", ({ target }) => (kept.quotation = target.value));
watch("value", () => {
  const box = element.querySelector(".checking");
  if (!box) return;
  box.open = kept.open;
  box.querySelector("textarea").value = kept.quotation;
});
element.addEventListener("click", (event) => {
  if (event.target.closest("button[data-check]")) check();
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.target.tagName !== "TEXTAREA") return;
  event.preventDefault();
  check();
});
