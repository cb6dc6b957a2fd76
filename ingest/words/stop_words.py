"""Dutch and English words that say nothing about what a question is after."""

# Left out on purpose: "may" (the month), "us" (the country), and other words that name something in one of the two.
_DUTCH = """
aan achter al aldus alle allen alles als alsof altijd andere anderen ander anders aangaande behalve beide ben bent
bij bijna binnen boven bovendien buiten daar daarbij daardoor daarin daarmee daarna daarom daarop daartoe daarvan
daarvoor dan dat de degene den der des deze dezelfde die dit doch doen doet door dus echter een eens eigen elk elke en
er erg ergens ervan ervoor even eveneens ge gedaan geen geweest gehad gaan gaat ging gingen haar had hadden hare heb
hebben hebt heeft hem hen het hier hierin hij hoe hoewel hun iemand iets ik in indien is ja je jij jou jouw juist jullie
kan kon konden kunnen kunt laat laten liet lieten maar me mede meer meest men met mij mijn moest moesten moet moeten
mogen mag mocht mochten na naar naast nadat niemand niet niets nog nogal nooit nu of ofwel om omdat omtrent ondanks
onder ons onze ook op opnieuw over per reeds rond sedert sinds slechts sommige steeds te tegen ten ter terwijl tijdens
toch toe toen tot totdat tussen uit uw van vanaf vanuit vaak veel vele verder via vol voor vooral voordat waren was
wegens weinig wel werd werden wezen wil wilde wilden willen word worden wordt zal ze zeer zelf zelfs zich zichzelf zij
zijn zijne zo zoals zodat zou zouden zonder zulk zulke zullen
"""
_DUTCH_QUESTION = """
hoe hoelang hoeveel hoeveelste hoezeer hoezo waar waaraan waarbij waardoor waarheen waarin waarmee waarna waarnaar
waarom waaronder waarop waarover waartegen waartoe waartussen waaruit waarvan waarvandaan waarvoor wanneer wat welk
welke wie wiens wier volgens vertel noem leg
"""
_ENGLISH = """
a about above after again against all almost also although always am among an and another any anyone anything are
as at be because been before being below between both but by can cannot could did do does doing done down during
each either else etc even ever every few for from further had has have having he her here hers herself him himself
his however i if in indeed into is it its itself just least less like made make many me might more most must my
myself neither no nor not now of off on once one only or other others our ours ourselves out over own per perhaps
quite rather same shall she should since so some somebody someone something such than that the their theirs them
themselves then there thereby therefore these they this those though through thus to together too toward towards
under until up upon very via was we were will with within without would yet you your yours yourself
"""
_ENGLISH_QUESTION = """
according how long many much tell what whatever when where whereby wherein whether which who whom whose why
"""
# What is left of "Stalin's", "don't", "they've", "'s avonds", "zo'n" once the apostrophe is gone.
_REMNANTS = "d didn doesn don hadn hasn isn l ll m n re s t ve wasn weren won wouldn"

STOP_WORDS = frozenset(" ".join((_DUTCH, _DUTCH_QUESTION, _ENGLISH, _ENGLISH_QUESTION, _REMNANTS)).split())
