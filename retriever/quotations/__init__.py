"""Is a quotation really in the texts, word for word?"""
