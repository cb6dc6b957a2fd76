"""What the page says of errors, in Dutch and English; the key ends in the name of the error."""

ERROR_TEXTS: dict[str, tuple[str, str]] = {
    "error.UnsupportedFileError": (
        "Dit soort bestand leest Quoth niet. Kies een .txt- of .md-bestand met platte tekst erin.",
        "Quoth does not read this kind of file. Choose a .txt or .md file with plain text in it.",
    ),
    "error.EmptyFileError": ("Er staat geen tekst in dit bestand.", "There is no text in this file."),
    "error.NameTakenError": (
        "Een ander document heeft deze naam.",
        "Another document has this name.",
    ),
    "error.FileTooLargeError": (
        "Dit bestand is te groot. Splits het in delen.",
        "This file is too large. Split it into parts.",
    ),
    "error.UndecodableFileError": (
        "De tekencodering is niet te herkennen. Bewaar het bestand als UTF-8.",
        "Its character encoding cannot be recognised. Save the file as UTF-8.",
    ),
    "error.ReadError": ("Dit bestand is niet te lezen.", "This file cannot be read."),
    "error.InvalidQuestionError": (
        "Stel een vraag van één tot 2000 tekens.",
        "Ask a question of one to 2,000 characters.",
    ),
    "error.UnknownDocumentError": (
        "Een gekozen document bestaat niet meer. Laad de pagina opnieuw.",
        "A chosen document no longer exists. Reload the page.",
    ),
    "error.CatalogueInUseError": (
        "Een ander programma gebruikt de catalogus. Sluit het en probeer het opnieuw.",
        "Another program is using the catalogue. Close it and try again.",
    ),
    "error.DiskFullError": (
        "De schijf is te vol om dit bestand op te nemen. Maak ruimte vrij en probeer het opnieuw.",
        "The disk is too full to take this file. Free some space and try again.",
    ),
    "error.ReadOnlyError": (
        "De gegevensmap is alleen te lezen: er kan niets bij. Vragen stellen kan wel.",
        "The data folder can only be read: nothing can be added. You can ask questions.",
    ),
    "error.CatalogueError": (
        "De catalogus is niet bruikbaar. “quoth doctor” zegt wat eraan schort.",
        "The catalogue cannot be used. “quoth doctor” says what is wrong.",
    ),
    "error.ModelError": (
        "Het taalmodel is niet geladen. “quoth doctor” zegt wat eraan schort.",
        "The embedding model is not loaded. “quoth doctor” says what is wrong.",
    ),
    "error.QuothError": (
        "Dat is niet gelukt. Uw vraag is niet beantwoord; probeer het opnieuw.",
        "That did not work. Your question was not answered; try again.",
    ),
    "error.unreachable": (
        "De server is niet bereikbaar, of brak de verbinding af.",
        "The server cannot be reached, or it broke the connection.",
    ),
    "error.unexpected": (
        "Er ging iets mis dat we niet hadden voorzien. Het staat in het logboek.",
        "Something went wrong that we did not foresee. It is in the log.",
    ),
}
