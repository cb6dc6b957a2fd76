"""Which files come in: folders and archives looked through, names that are taken, files read ahead."""
