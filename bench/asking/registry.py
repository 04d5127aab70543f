"""The questions by name. A question is a function of a Session that returns figures (figures.py)."""


class Question:
    def __init__(self, name, text, ask):
        self.name = name
        self.text = text
        self.ask = ask


QUESTIONS = {}


def question(name, text):
    """Puts the function below it among the questions."""
    def add(function):
        if name in QUESTIONS:
            raise ValueError(f"two questions are called {name}")
        QUESTIONS[name] = Question(name, text, function)
        return function
    return add


def load_all():
    """Reads every file that has questions; their order here is that of the list."""
    from . import http, counts, memory, jobs, batch, durable, recovery, calls, places, slow, loader, tls, flood  # pylint: disable=import-outside-toplevel,unused-import
    return QUESTIONS
