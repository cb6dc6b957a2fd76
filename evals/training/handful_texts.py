"""The sentences of the handful of examples, all invented and written for Quoth."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """An invented place, told in both languages.

    `questions`: English, its answer, Dutch, its answer. `unanswered`: a question in English and in Dutch.
    `claims`: English and Dutch; one supported, one refuted, one of which the article says nothing.
    """

    title: str
    title_nl: str
    english: tuple[str, ...]
    dutch: tuple[str, ...]
    questions: tuple[tuple[str, str, str, str], ...]
    unanswered: tuple[str, str]
    claims: tuple[tuple[str, str], ...]


ARTICLES = (
    Article(
        "The lighthouse of Oudeplaat",
        "De vuurtoren van Oudeplaat",
        (
            "The lighthouse of Oudeplaat was built in 1871 on a small dune.",
            "Its first keeper was Hendrik Molenaar, who lived there with his two sisters.",
            "All lamps were replaced in 1964 by a single electric light.",
        ),
        (
            "De vuurtoren van Oudeplaat werd in 1871 op een klein duin gebouwd.",
            "De eerste wachter was Hendrik Molenaar, die er met zijn twee zussen woonde.",
            "Alle lampen werden in 1964 vervangen door één elektrisch licht.",
        ),
        (
            ("When was the lighthouse built?", "1871", "Wanneer werd de vuurtoren gebouwd?", "1871"),
            ("Who kept the light first?", "Hendrik Molenaar", "Wie was de eerste wachter?", "Hendrik Molenaar"),
        ),
        ("How tall is the lighthouse?", "Hoe hoog is de vuurtoren?"),
        (
            ("The lighthouse was built in 1871.", "De vuurtoren werd in 1871 gebouwd."),
            ("The lighthouse was built in 1904.", "De vuurtoren werd in 1904 gebouwd."),
            ("The lighthouse is open to visitors.", "De vuurtoren is open voor bezoekers."),
        ),
    ),
    Article(
        "The bakery in Kolkstraat",
        "De bakkerij in de Kolkstraat",
        (
            "The bakery in Kolkstraat sells at least 300 loaves on a weekday.",
            "Fatima Aydin bought the shop from her uncle in 2009.",
            "The oven is never switched off before noon.",
        ),
        (
            "De bakkerij in de Kolkstraat verkoopt op een werkdag ten minste 300 broden.",
            "Fatima Aydin kocht de winkel in 2009 van haar oom.",
            "De oven gaat nooit vóór de middag uit.",
        ),
        (
            ("How many loaves are sold on a weekday?", "at least 300", "Hoeveel broden worden er verkocht?", "300"),
            ("Who bought the shop from her uncle?", "Fatima Aydin", "Wie kocht de winkel?", "Fatima Aydin"),
        ),
        ("What does a loaf cost?", "Wat kost een brood?"),
        (
            ("Fatima Aydin bought the shop in 2009.", "Fatima Aydin kocht de winkel in 2009."),
            ("Fatima Aydin sold the shop to her uncle.", "Fatima Aydin verkocht de winkel aan haar oom."),
            ("The bakery sells cakes on Sunday.", "De bakkerij verkoopt op zondag taart."),
        ),
    ),
    Article(
        "The ferry to Noorderwaard",
        "De veerpont naar Noorderwaard",
        (
            "The ferry to Noorderwaard crosses the river 14 times a day.",
            "It does not sail when the wind is stronger than force nine.",
            "Captain Joris Veldhuis has steered it since 12 April 1998.",
        ),
        (
            "De veerpont naar Noorderwaard steekt de rivier 14 keer per dag over.",
            "Hij vaart niet als de wind sterker is dan kracht negen.",
            "Kapitein Joris Veldhuis bestuurt hem sinds 12 april 1998.",
        ),
        (
            ("How often does the ferry cross?", "14 times a day", "Hoe vaak vaart de pont?", "14 keer per dag"),
            ("Who steers the ferry?", "Joris Veldhuis", "Wie bestuurt de veerpont?", "Joris Veldhuis"),
        ),
        ("How many cars fit on the ferry?", "Hoeveel auto's passen er op de veerpont?"),
        (
            ("The ferry crosses the river 14 times a day.", "De pont steekt de rivier 14 keer per dag over."),
            ("The ferry crosses the river 40 times a day.", "De pont steekt de rivier 40 keer per dag over."),
            ("The ferry was built in Denmark.", "De pont is in Denemarken gebouwd."),
        ),
    ),
    Article(
        "The reading room of Zandhoek",
        "De leeszaal van Zandhoek",
        (
            "The reading room of Zandhoek was opened by Eva Reinders in 1932.",
            "Members may borrow at most six books for three weeks.",
            "Most of the newspapers are kept in the cellar.",
        ),
        (
            "De leeszaal van Zandhoek werd in 1932 door Eva Reinders geopend.",
            "Leden mogen hoogstens zes boeken voor drie weken lenen.",
            "De meeste kranten liggen in de kelder.",
        ),
        (
            ("Who opened the reading room?", "Eva Reinders", "Wie opende de leeszaal?", "Eva Reinders"),
            ("How many books may members borrow?", "six", "Hoeveel boeken mogen leden lenen?", "zes"),
        ),
        ("What does a membership cost?", "Wat kost een lidmaatschap?"),
        (
            ("Eva Reinders opened the reading room.", "Eva Reinders opende de leeszaal."),
            ("Members may borrow nine books.", "Leden mogen negen boeken lenen."),
            ("The reading room is closed in summer.", "De leeszaal is in de zomer gesloten."),
        ),
    ),
    Article(
        "The garden behind the mill",
        "De tuin achter de molen",
        (
            "The garden behind the mill has 52 apple trees and a pond.",
            "Every tree is pruned in February by pupils of the school in Lindhout.",
            "Visitors are welcome between May and October.",
        ),
        (
            "De tuin achter de molen heeft 52 appelbomen en een vijver.",
            "Elke boom wordt in februari gesnoeid door leerlingen van de school in Lindhout.",
            "Bezoekers zijn welkom tussen mei en oktober.",
        ),
        (
            ("How many apple trees are there?", "52", "Hoeveel appelbomen zijn er?", "52"),
            ("When are the trees pruned?", "February", "Wanneer worden de bomen gesnoeid?", "februari"),
        ),
        ("Which birds live in the garden?", "Welke vogels leven er in de tuin?"),
        (
            ("The trees are pruned in February.", "De bomen worden in februari gesnoeid."),
            ("The trees are pruned in November.", "De bomen worden in november gesnoeid."),
            ("The pond is two metres deep.", "De vijver is twee meter diep."),
        ),
    ),
    Article(
        "The orchestra of Westerkade",
        "Het orkest van Westerkade",
        (
            "The orchestra of Westerkade was founded on 3 March 1987 by Pieter Lambert.",
            "It has 38 players, and some of them are older than eighty.",
            "The concert in December is always sold out.",
        ),
        (
            "Het orkest van Westerkade werd op 3 maart 1987 opgericht door Pieter Lambert.",
            "Het heeft 38 spelers, en sommige van hen zijn ouder dan tachtig.",
            "Het concert in december is altijd uitverkocht.",
        ),
        (
            ("Who founded the orchestra?", "Pieter Lambert", "Wie richtte het orkest op?", "Pieter Lambert"),
            ("How many players are there?", "38", "Hoeveel spelers zijn er?", "38"),
        ),
        ("Where does the orchestra rehearse?", "Waar repeteert het orkest?"),
        (
            ("Pieter Lambert founded the orchestra.", "Pieter Lambert richtte het orkest op."),
            ("The concert in December is never sold out.", "Het concert in december is nooit uitverkocht."),
            ("The orchestra plays jazz.", "Het orkest speelt jazz."),
        ),
    ),
)

PAGES: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("Een adres bewaren", "Saving an address"),
        (
            "Open het adresboek en druk op F4 om een nieuw adres te schrijven.",
            "Open the address book and press F4 to write a new address.",
        ),
        ("Een naam mag niet langer zijn dan 40 tekens.", "A name must not be longer than 40 characters."),
    ),
    (
        ("Een brief afdrukken", "Printing a letter"),
        (
            "Elke brief wordt als PDF bewaard voordat hij wordt afgedrukt.",
            "Every letter is saved as PDF before it is printed.",
        ),
        ("De printer kan hoogstens 25 bladen bevatten.", "The printer can hold at most 25 sheets."),
    ),
    (
        ("Een wachtwoord kiezen", "Choosing a password"),
        (
            "Een wachtwoord is na 90 dagen niet meer geldig.",
            "A password is no longer valid after 90 days.",
        ),
        ("Alle wachtwoorden worden met AES versleuteld.", "All passwords are encrypted with AES."),
    ),
)
"""Three pages of a manual that nobody has: Dutch and English paragraphs, the title first."""
