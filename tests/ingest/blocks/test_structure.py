"""Texts of many kinds, and where each of their sentences stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.blocks.structure import find_structure
from ingest.cleaning.search_view import search_view
from ingest.readers import read_document_bytes
from ingest.splitting.split import split_into_passages
from ingest.types import Mark, Span


def standing(text, name="a.txt"):
    """Return kind, what it stands under, and words of each sentence."""
    split = split_into_passages(read_document_bytes(name, text.encode()))
    return [(one.kind, *one.context, one.search_text) for one in split.sentences]


def words(text, name="a.txt"):
    return [one[-1] for one in standing(text, name)]


def test_the_entries_of_a_register_stand_under_their_own_name_alone():
    text = (
        "Bakker, Neeltje. Geboren te Hoorn.\n\nVisser, Klaas de. Geboren te Urk. Vertrok naar Ohio.\n\nZwart, An. Smid."
    )
    assert standing(text)[2:5] == [
        ("label", "Visser, Klaas de."),
        ("entry", "Visser, Klaas de.", "Geboren te Urk."),
        ("entry", "Visser, Klaas de.", "Vertrok naar Ohio."),
    ]


def test_who_speaks_stands_above_what_is_said_and_is_no_part_of_it():
    text = "CHAIR: We begin.\n\nMR. POTT: No. The barn leaks.\n\nCHAIR: Noted.\n\nIt was late.\n"
    assert standing(text)[2:5] == [
        ("label", "MR. POTT:"),
        ("entry", "MR. POTT:", "No."),
        ("entry", "MR. POTT:", "The barn leaks."),
    ]


def test_names_on_lines_of_their_own_are_labels():
    text = "Vrager\nWaar was u?\n\nMevrouw Bos\nIn de stal. Het vroor.\n\nVrager\nAlleen?\n\nMevrouw Bos\nMet de hond."
    assert ("paragraph", "Mevrouw Bos", "Het vroor.") in standing(text)
    assert ("label", "Vrager", "Waar was u?", "Mevrouw Bos") in standing(text)


def test_a_dated_entry_stands_under_its_date():
    text = "Maandag 3 mei 1943\n\nGeen brood. Vader zweeg.\n\nDinsdag 4 mei 1943\n\nDe buren zijn weg."
    assert standing(text)[-1] == ("paragraph", "Dinsdag 4 mei 1943", "De buren zijn weg.")


def test_a_letter_stands_under_its_date_and_between_salutation_and_name():
    text = "Hoorn, 4 mei 1943\n\nLieve An,\n\nDe boot is weg. Het is koud.\n\nGroet van\nKees\n"
    assert standing(text)[3] == ("paragraph", "Hoorn, 4 mei 1943", "Lieve An,", "Groet van Kees", "Het is koud.")


def test_rows_stand_under_the_names_of_their_columns():
    text = "# Kosten\n\n| Zaal | Borg |\n|---|---|\n| Eik | 40 |\n| Es | 55 |\n\nBetaal vooruit."
    assert standing(text, "a.md")[2:] == [
        ("row", "Kosten", "| Zaal | Borg |", "| Eik | 40 |"),
        ("row", "Kosten", "| Zaal | Borg |", "| Es | 55 |"),
        ("paragraph", "Kosten", "Betaal vooruit."),
    ]


def test_lines_cut_alike_are_rows_whatever_stops_they_have():
    text = "name,built,master\nAnna,1862,K. de Boer\nDrie Zusters,1870,J. Bakema\nHoop,1858,H. Mulder\n"
    assert standing(text)[2] == ("row", "name,built,master", "Drie Zusters,1870,J. Bakema")


def test_list_items_stand_under_the_words_that_lead_in():
    text = "Neem mee naar de boot:\n\n- een lamp\n- twee touwen\n\nDe boot vertrekt om zes uur."
    assert standing(text)[1:] == [
        ("item", "Neem mee naar de boot:", "- een lamp"),
        ("item", "Neem mee naar de boot:", "- twee touwen"),
        ("paragraph", "De boot vertrekt om zes uur."),
    ]


def test_a_question_by_itself_stands_above_its_answer_alone():
    text = "**Waar staat de fiets?**\n\nAchter de schuur.\n\n**Wie heeft de sleutel?**\n\nDe koster."
    assert standing(text, "a.md")[-1] == ("paragraph", "**Wie heeft de sleutel?**", "De koster.")


def test_a_sentence_goes_on_over_page_numbers_and_running_heads():
    text = (
        "Het veer en de stad\n\nDe schipper kreeg in 1887 een vergunning en betaalde daarvoor elk jaar een\n"
        "bedrag van veertig gulden, dat hij in het voorjaar op het stadhuis\n\n41\n\n"
        "HET VEER EN DE STAD\n\nbracht. Later werd de pacht ver-\n\n42   HET VEER EN DE STAD\n\n"
        "hoogd tot zestig gulden.\n"
    )
    assert words(text)[-1] == "Later werd de pacht verhoogd tot zestig gulden."
    assert "41" not in " ".join(words(text))


@pytest.mark.parametrize("mark", ["- 7 -", "--- Page 7 ---", "[p. 7]", "\f", "7", "Pagina 7 van 90"])
def test_page_marks_are_set_aside_wherever_they_interrupt(mark):
    begun = "The council of the town met for the whole of the night and decided that the dam"
    assert words(f"{begun}\n\n{mark}\n\nshould be raised.") == [f"{begun} should be raised."]


def test_numbers_of_chapters_are_not_set_aside():
    text = "1\n\nThe boy ran home over the dike.\n\n2\n\nThe dog barked all night.\n\n3\n\nThey slept."
    assert [one for one in words(text) if one.isdigit()] == ["1", "2", "3"]


def test_the_times_of_subtitles_are_set_aside():
    text = "1\n00:00:03,120 --> 00:00:05,900\nDe trein vertrekt om\n\n2\n00:00:06,120 --> 00:00:08,900\nnegen uur.\n"
    assert words(text) == ["De trein vertrekt om negen uur."]


def test_quoted_lines_of_a_message_are_one_paragraph_without_their_marks():
    quoted = "> Ik denk dat jij de sleutel van de kist hebt, want\n> niemand anders was er.\n"
    text = f"Dag An,\n\nNee.\n\nOp 3 mei schreef Kees:\n{quoted}"
    assert standing(text)[-1] == (
        "mail",
        "Op 3 mei schreef Kees:",
        "Ik denk dat jij de sleutel van de kist hebt, want niemand anders was er.",
    )


def test_a_stanza_is_read_over_its_line_ends():
    text = "She rowed the boat beneath the tree\nAnd left it there till morning came\nAnd never said a word to me"
    assert words(text) == [" ".join(text.split("\n"))]


def test_a_table_of_contents_and_an_index_say_nothing():
    index = "INDEX\n\nAnn, 3, 7\ndam, 9-11\nmill, 2"
    text = f"CONTENTS\n\nWho was Ann? ........ 3\nThe flood ........ 9\n\nAnn was the third owner.\n\n{index}"
    assert [one[0] for one in standing(text)] == ["contents"] * 3 + ["paragraph"] + ["contents"] * 4


def test_bold_words_at_the_beginning_are_a_label():
    text = "**Art. 6.** De huurder betaalt vooruit. Hij veegt de stoep.\n\n**Art. 7.** Vervallen."
    assert standing(text, "a.md")[2] == ("entry", "**Art. 6.**", "Hij veegt de stoep.")


def test_headings_stand_in_each_other():
    text = "# Boek\n\n## Deel\n\nEen zin hier.\n\n## Slot\n\nNog een zin."
    assert [one[:-1] for one in standing(text, "a.md") if one[0] == "paragraph"] == [
        ("paragraph", "Boek", "Deel"),
        ("paragraph", "Boek", "Slot"),
    ]


def test_lines_that_only_part_are_no_rows():
    assert words("De dam.\n\n---\n---\n---\n\nDe sluis.")[0] == "De dam."


def test_prose_has_no_blocks():
    text = "De molen stond aan de vaart. Hij had zes stenen, en in de winter\nmaalde hij niet.\n\nHij brandde af."
    assert find_structure(text, "text/plain").blocks == ()


LINES = ("A.", "a b", "", "1", "- 3 -", "> q", ">> r", "# K", "| a | b |", "|---|---|", "KOK: ja", "KOK:", "x,y,z",
         "**B.** c", "\f", "Dear Jo,", "3 mei 1943", "Artikel 6", "a ... 3", "b ........ 4", "---")  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=30).map("\n".join))
@settings(max_examples=300, deadline=None)
def test_whatever_the_lines_every_pointer_is_right(text):
    document = read_document_bytes("a.md", f"Begin. {text}".encode())
    text = document.text
    structure = find_structure(text, "text/markdown")
    starts = [block.start for block in structure.blocks]
    assert starts == sorted(starts)
    for sentence in split_into_passages(document).sentences:
        assert document.text[sentence.start : sentence.end].strip()
        for span in sentence.trail:
            assert 0 <= span.start < span.end <= len(document.text)


def test_what_a_file_says_of_its_lines_stands_before_what_they_look_like():
    text = "Tolls\nship\tpaid\nAnna\t12\nThe ship then\nHET VEER 42\nwent on to Delft.\n"
    header = Span(6, 15)
    marks = (
        Mark("heading", 0, 5, 1),
        Mark("header", 6, 15, header=header),
        Mark("row", 16, 23, header=header),
        Mark("aside", 38, 49),
    )
    structure = find_structure(text, "application/pdf", marks)
    assert [(block.kind, text[block.start : block.end]) for block in structure.blocks] == [
        ("heading", "Tolls"),
        ("header", "ship\tpaid"),
        ("row", "Anna\t12"),
    ]
    assert structure.aside == (Span(38, 49),)
    assert "ship then went on" in search_view(text, "en", structure).text
