"""The cases that went wrong, each with what was asked, what is right, and what was answered and cited."""

from evals.report.groups import failing, grouped
from evals.report.tables import NOTHING, share
from evals.saved import SavedCase, SavedCitation, SavedRun
from ui.markup import Html, element, together

HELD_OUT = (
    "This question set is held out: nobody may tune Quoth on it, so its questions are not shown here and only "
    "counted. Whoever reads why one of them failed cannot help tuning on it, and then its numbers mean nothing."
)


def failing_cases(run: SavedRun) -> Html:
    """Return every case that went wrong, by kind; none of a held-out set."""
    if run.held_out:
        return element("p", HELD_OUT, class_="notice")
    wrong = grouped(failing(run.cases), lambda case: case.kind)
    if not wrong:
        return element("p", "No case went wrong." if run.cases else "The run has no cases.")
    of = grouped(run.cases, lambda case: case.kind)
    return together(
        element("section", element("h3", f"{kind}: {len(cases)} of {len(of[kind])}"), *(_case(case) for case in cases))
        for kind, cases in wrong.items()
    )


def _case(case: SavedCase) -> Html:
    facts = [case.language, "error" if case.error else _status(case)]
    return element(
        "details",
        element(
            "summary",
            element("span", case.question, class_="question", dir="auto"),
            " ",
            element("span", element("bdi", case.id), f" · {' · '.join(facts)}", class_="quiet"),
        ),
        element("dl", *_entries(case)),
        class_="case",
    )


def _entries(case: SavedCase) -> list[Html]:
    entries = [_entry(_right_answer_label(case), *_right_answer(case))]
    if case.history:
        entries.insert(0, _entry("Asked before", element("ol", *(_item(question) for question in case.history))))
    if case.gold:
        entries.append(_entry("It stands in", element("ul", *(_gold(case, place) for place in range(len(case.gold))))))
    entries.append(_entry("Answered", _paragraph(case.text or NOTHING), element("p", _verdict(case), class_="quiet")))
    cited = element("ol", *(_citation(case, citation) for citation in case.citations))
    entries.append(_entry("Cited words", cited if case.citations else element("p", "none")))
    if case.error:
        entries.append(_entry("Error", element("pre", case.error, dir="auto")))
    return entries


def _entry(name: str, *content: str) -> Html:
    return element("div", element("dt", name), element("dd", *content))


def _right_answer_label(case: SavedCase) -> str:
    if len(case.answers) < 2:
        return "Right answer"
    return "Right answer, all of" if case.kind == "list" else "Right answer, any of"


def _right_answer(case: SavedCase) -> list[Html]:
    if not case.gold:
        sort = f" ({case.refusal})" if case.refusal else ""
        return [element("p", f"a refusal{sort}")]
    return [_paragraph(answer) for answer in case.answers] or [element("p", "whatever the words below say")]


def _gold(case: SavedCase, place: int) -> Html:
    gold = case.gold[place]
    return element("li", _quote(gold.words), _place(gold.file, gold.start, gold.end))


def _citation(case: SavedCase, citation: SavedCitation) -> Html:
    notes = "" if citation.pointer_holds else " · these words do not stand there"
    if case.gold:
        notes += " · at the right place" if _at_gold(case, citation) else " · elsewhere"
    return element("li", _quote(citation.quote), _place(citation.file, citation.start, citation.end, notes))


def _at_gold(case: SavedCase, citation: SavedCitation) -> bool:
    return any(
        gold.file == citation.file and gold.start < citation.end and citation.start < gold.end for gold in case.gold
    )


def _verdict(case: SavedCase) -> str:
    return f"status {_status(case)}, confidence {share(case.confidence)}"


def _status(case: SavedCase) -> str:
    return f"{case.status} ({case.reason})" if case.reason else case.status


def _quote(words: str) -> Html:
    return element("blockquote", words, dir="auto")


def _place(file: str, start: int, end: int, notes: str = "") -> Html:
    return element("p", element("bdi", file), f" {start}–{end}{notes}", class_="quiet")


def _paragraph(text: str) -> Html:
    return element("p", text, dir="auto", class_="words")


def _item(text: str) -> Html:
    return element("li", text, dir="auto")
