"""Lists of Dutch and English words (a few of other languages) by which texts are read."""


def _words(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


MONTHS = _words(
    """januari februari maart april mei juni juli augustus september oktober november december
    january february march may june july august october januar februar märz mai oktober dezember"""
)

# a capital letter after one of these and a stop does not begin a sentence
ABBREVIATIONS = _words(
    """bijv bv dwz nl dr drs ir ing mr mrs ms prof jhr gen kol col kapt lt sgt st ste mw mevr dhr ca cf vgl vs resp
    incl excl ed eds red zgn viz approx dept est gov hon rev
    sen rep messrs jan feb mrt apr jun jul aug sep sept okt oct nov dec ds min pres secr geb overl vert trans bd hrsg
    jr sr cit c adm capt maj brig cmdr mgr kard ph fa mej wed ev bros inc ltd corp mt ft pt univ assoc
    chr joh jac nic luit serg korp sold bp emer geref herv gem stb stct kamerst matt"""
)

# these abbreviations, like dotted initials, do stand at the end of sentences
ABBREVIATIONS_AT_ENDS = _words("jr sr nl ed c chr est min st red bros inc ltd corp univ assoc")

# these announce a number, and only before a number do they not end a sentence
NUMBERED_ABBREVIATIONS = _words(
    "no nos nr nrs p pp pag blz bl art artt par para vol ch chap hfst hst fig afb tab sect sec op kamerst ps"
)

# between an initial and a name in capitals: "A. De Vries", "C. van 't Hoff"
NAME_PARTICLES = _words("de den der van vander von ten ter te in op 't la le les du di da del des el o von zu zur af")

# a word that begins sentences and is no name: after it, the stop before ended a sentence
SENTENCE_STARTERS = _words(
    """the a an this that these those he she it they we in on at after before when while although but and however as if
    there his her its their by for from with under during since until both some many most such thus
    de het een dit dat deze die hij zij ze wij we er op na voor toen terwijl hoewel maar en echter als zijn haar hun
    door van met ook daar daarna daardoor bij om tijdens volgens omdat toch nog niet wel wat wie waar zo"""
)

# a number after one of these is what the word announces, not a note
NUMBER_ANNOUNCERS = _words(
    """no nr nrs nos p pp pag blz bl art artt par para vol ch chap hfst hst fig afb tab ca circa vgl cf vs approx est
    jan feb mrt mar apr mei jun jul aug sep sept okt oct nov dec col kol reg v st dr ed eds cap sec sect lib fo fol
    deel dl bd jg jrg noot inv doc app bijl cat max min tel ext lid ser serie op ff nt ann rev ps ex gen version
    versie temp num nummer number page pagina hoofdstuk chapter artikel article"""
)

# after a hyphen at a line end: the hyphen stands for a part that follows, as in "in- en uitvoer"
CONJUNCTIONS = _words("en of tot and or to und oder bis et ou och eller og")

# parts that Dutch joins with a hyphen
DUTCH_HYPHEN_PARTS = _words("ex niet oud vice adjunct non aspirant interim sovjet")
DUTCH_VOWEL_CLASHES = _words("aa ae ai au ee ei eu ie ii ij oe oi oo ou ui uu")

DUTCH_QUESTION_WORDS = _words(
    """wie wat waar waarom wanneer hoe hoeveel welke welk wiens hoelang de het een en van voor met niet zijn was werd
    werden waren er aan op bij uit naar dat die deze dit ook om te ze zij hij hem haar hun heeft hebben had hadden
    kan kon konden moet moest zou zouden wil wilde door over tegen tijdens na tot tussen volgens geen nog maar als
    dan is of zich wordt worden waarin waarop waarmee waardoor gebeurde deed deden kwam ging gaat noem geef vertel
    leg zeg ik je jij we wij mij u jullie mijn daarna daarvoor toen sinds wel eens precies daar hier zo alle"""
)
ENGLISH_QUESTION_WORDS = _words(
    """who what where why when how which whose whom the a an and of for with not be been being are was were did do
    does has have had can could must should would will may might by about against during after until between
    according no but if than is or to from on at into that this these those it its he him his she her they them
    their there happened came went give name tell explain list describe say said i you we me my your long many
    much since before while exactly please all so then"""
)
