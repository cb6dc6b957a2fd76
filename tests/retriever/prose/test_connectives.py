import pytest

from retriever.prose.connectives import adds_connective


@pytest.mark.parametrize(
    ("sentence", "text", "adds"),
    [
        ("The ferry stopped because of the dyke.", "The dyke was closed. The ferry stopped.", True),
        ("The ferry stopped because of the dyke.", "Owing to the dyke the ferry stopped.", False),
        ("There should have been a ferry.", "There was no ferry yet.", True),
        ("Bakker followed after Wolf.", "Bakker was weaker than Wolf.", True),
        ("Bakker followed after Wolf had left.", "Wolf had left before Bakker followed.", True),
        ("They talked to Wolf.", "They consulted Wolf.", False),
        ("De schippers kwamen om te tekenen.", "De schippers kwamen en tekenden.", True),
        ("De schippers kwamen om te tekenen.", "Om te tekenen kwamen de schippers.", False),
        ("Hij voer zonder vergunning uit.", "Hij voer met een vergunning uit.", True),
        ("Hij voer ondanks de mist.", "Hij voer, hoewel het mistte.", False),
        ("The ferry stopped in May.", "In May the ferry stopped.", False),
        ("The ferry stopped in May.", "The ferry stopped in spring.", True),  # its date is lacking as well
    ],
)
def test_a_connective_is_added_where_no_text_has_one_of_its_sense(sentence, text, adds):
    assert adds_connective(sentence, [text]) is adds


def test_one_of_several_texts_is_enough():
    texts = ["The ferry stopped.", "The boats were sold because of that."]
    assert not adds_connective("The boats were sold because the ferry stopped.", texts)
    assert adds_connective("The boats were sold because the ferry stopped.", texts[:1])
