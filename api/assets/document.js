
"use strict";
// Lights the words that the address names: #char=start,end counts code points, end exclusive (RFC 5147).
{
  const text = document.getElementById("text");
  const cited = document.getElementById("cited");
  const jump = document.getElementById("jump");

  const wanted = () => {
    const found = /^#char=(\d*)(?:(,)(\d*))?(?:;.*)?$/.exec(decodeURIComponent(location.hash));
    if (!found || (!found[1] && !found[3])) return null;
    const start = Number(found[1] || 0);
    return { start, end: found[2] ? Number(found[3] || Infinity) : start };
  };

  // A code point beyond U+FFFF takes two of a browser's units: count only what is not the second half of a pair.
  const isSecondHalf = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

  // The parts of the text's nodes that hold the code points from start to end, and how many there are in all.
  const locate = (start, end) => {
    const parts = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let count = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const data = node.data;
      let from = count >= start && count < end ? 0 : -1;
      let to = -1;
      for (let unit = 0; unit < data.length; unit += 1) {
        if (unit > 0 && isSecondHalf(data.charCodeAt(unit))) continue;
        if (count === start && from < 0) from = unit;
        if (count === end && from >= 0 && to < 0) to = unit;
        count += 1;
      }
      if (from >= 0) parts.push({ node, from, to: to < 0 ? data.length : to });
    }
    return { parts, count };
  };

  // Where the pages of the document can be shown, the one that the address names, with the words lit on it.
  const picture = document.getElementById("page");
  const showPage = (span) => {
    const named = /;page=(\d+)/.exec(location.hash);
    picture.hidden = !named || !picture.dataset.pages;
    if (picture.hidden) return;
    const end = Number.isFinite(span.end) ? span.end : span.start;
    picture.firstElementChild.src = `${picture.dataset.pages}/${named[1]}.png?start=${span.start}&end=${end}`;
  };

  const clear = () => {
    for (const mark of text.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
    text.normalize();
  };

  const light = (parts) => parts.map(({ node, from, to }) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const mark = document.createElement("mark");
    range.surroundContents(mark);
    return mark;
  });

  const say = (name, values) => {
    const number = (value) => value.toLocaleString(document.documentElement.lang);
    cited.firstElementChild.textContent =
      cited.dataset[name].replace(/\{(\w+)\}/g, (_, key) => number(values[key]));
    cited.hidden = false;
  };

  const show = () => {
    clear();
    cited.hidden = true;
    const span = wanted();
    picture.hidden = true;
    if (!span) return;
    showPage(span);
    const { parts, count } = locate(span.start, span.end);
    const end = Math.min(span.end, count);
    jump.hidden = span.start > count || span.start > end;
    if (jump.hidden) return say("outside", {});
    const [first] = light(parts);
    say(end > span.start ? "cited" : "position", { start: span.start, end });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const scroll = (behavior) => first && first.scrollIntoView({ block: "center", behavior });
    jump.onclick = () => scroll(calm ? "auto" : "smooth");
    scroll("auto");
  };

  document.getElementById("print").onclick = () => print();
  addEventListener("hashchange", show);
  show();
}
