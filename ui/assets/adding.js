// Sends files to the API, one after another, and says where each of them stands. Given by Gradio: element, props,
// trigger, watch.
const ROUTE = "/v1/documents";
const PATIENCE = 600_000; // how long a file waits for its turn on the server, in milliseconds
let uploads = []; // { file, said, state, problem, onConflict }
let sending = false;

const words = () => JSON.parse(element.querySelector(".adding").dataset.words);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
// Characters that do not show could make a name look like another.
const shown = (name) => name.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "\uFFFD");

function describe({ state, document: added, problem }) {
  const said = words();
  if (problem) return said[problem] ?? said["error.unexpected"];
  if (!added) return said[state];
  const passages = fill(said[added.passages === 1 ? "passages.one" : "passages.many"], { n: added.passages });
  const read = added.notice && added.encoding ? `, ${fill(said.read_as, { encoding: added.encoding })}` : "";
  return fill(said[added.status] ?? said.added, { passages }) + read;
}

function choice(upload, onConflict) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words()[onConflict];
  button.addEventListener("click", () => {
    upload.onConflict = onConflict;
    upload.problem = null;
    stands(upload, "waiting");
    addAll();
  });
  return button;
}

function row(upload) {
  const line = document.createElement("li");
  const name = document.createElement("b");
  name.dir = "auto";
  name.textContent = shown(upload.name);
  line.className = upload.problem ? "failed" : upload.state;
  line.append(name, `: ${describe(upload)}`);
  if (upload.state === "asked") line.append(" ", choice(upload, "replace"), " ", choice(upload, "keep"));
  if (upload.state === "adding") {
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", shown(upload.name));
    line.append(bar);
  }
  return line;
}

function draw() {
  element.querySelector(".uploads")?.replaceChildren(...uploads.map(row));
}

function stands(upload, state) {
  upload.state = state;
  draw();
}

async function send(upload) {
  const deadline = Date.now() + PATIENCE;
  const form = new FormData();
  form.append("file", upload.file);
  if (upload.onConflict) form.append("on_conflict", upload.onConflict);
  for (;;) {
    stands(upload, "adding");
    const response = await fetch(ROUTE, { method: "POST", body: form });
    const wait = 1000 * Number(response.headers.get("Retry-After")); // a busy server says when to come again
    if (![429, 503].includes(response.status) || !wait || Date.now() + wait > deadline) return response;
    stands(upload, "waiting");
    await pause(wait);
  }
}

async function add(upload) {
  try {
    await fetch("/v1/ready"); // where a key is wanted, this makes the browser send it with the file too
    const response = await send(upload);
    const told = await response.json().catch(() => ({}));
    if (response.ok) upload.document = told.documents[0];
    else upload.problem = told.code ?? "error.unexpected";
  } catch {
    upload.problem = "error.unreachable";
  }
  if (upload.problem === "name_taken") return stands(upload, "asked"); // the file is kept for what is chosen
  upload.file = null;
  stands(upload, upload.document?.status ?? "failed");
}

async function addAll() {
  if (sending) return;
  sending = true;
  const stored = [];
  for (let next; (next = uploads.find((upload) => upload.state === "waiting")); ) {
    await add(next);
    if (["added", "replaced"].includes(next.state)) stored.push(next.document.id);
  }
  sending = false;
  if (stored.length) trigger("stored", { ids: stored });
}

const isOpen = (upload) => ["waiting", "adding", "asked"].includes(upload.state);

function take(files) {
  uploads = uploads.filter(isOpen);
  const most = Number(element.querySelector(".adding").dataset.maxBytes);
  const taken = (file) => ({ file, name: file.name, state: "waiting" });
  const refused = (file) => ({ name: file.name, state: "failed", problem: "file_too_large" });
  uploads.push(...[...files].map((file) => (file.size > most ? refused(file) : taken(file))));
  draw();
  addAll();
}

element.addEventListener("click", (event) => {
  if (event.target.closest("button[data-add]")) element.querySelector("input[type=file]").click();
});
element.addEventListener("change", (event) => {
  if (event.target.type !== "file" || !event.target.files.length) return;
  take([...event.target.files]);
  event.target.value = ""; // or the same file could not be chosen again
});

// A file dropped anywhere on the page is added; a browser would leave the page for it.
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.body.dataset.dropping = "true";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete document.body.dataset.dropping;
});
document.addEventListener("drop", (event) => {
  delete document.body.dataset.dropping;
  if (!carriesFiles(event)) return;
  event.preventDefault();
  take(event.dataTransfer.files);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#quoth-restart")) return;
  uploads = uploads.filter(isOpen);
  draw();
});
watch("value", draw);
