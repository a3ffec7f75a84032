"""Rules of the house, read from the syntax tree: a change that breaks one fails here, not in production."""

from __future__ import annotations

import ast
import re

import pytest
from flask import Flask

from peer_visits.organiser.words import ACTIONS
from peer_visits.permissions.table import RULES
from tests.structure import sources
from tests.structure.sources import calls_of_attribute, imported_modules, modules, templates

# Files of these names, and what stands in folders of them.
WITHOUT_FLASK = frozenset({"states", "rules", "models", "queries", "messages", "services", "access"})


def offenders(*names: str, allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{path}:{call.lineno}"
        for path, tree in modules().items()
        if not path.startswith(allowed)
        for call in calls_of_attribute(tree, *names)
    ]


def test_only_storage_commits() -> None:
    assert offenders("commit", allowed=("storage/",)) == []


def test_only_the_clock_reads_the_clock() -> None:
    # The launcher measures its own steps before the product is installed.
    uses = [
        f"{path}:{call.lineno}"
        for path, tree in modules().items()
        if not path.startswith(("kernel/clock.py", "launch/"))
        for call in calls_of_attribute(tree, "now", "utcnow", "today")
        if ast.unparse(call.func) != "clock.now"
    ]
    assert uses == []


def test_what_holds_rules_and_writes_does_not_know_flask() -> None:
    broken = [
        f"{path} imports {module}"
        for path, tree in modules().items()
        if WITHOUT_FLASK & set(path.removesuffix(".py").split("/"))
        for module in imported_modules(tree)
        if module.split(".")[0] in {"flask", "flask_babel", "flask_login", "flask_wtf", "wtforms", "werkzeug"}
    ]
    assert broken == []


def test_two_modules_make_markup_one_for_pages_and_one_for_mails() -> None:
    makers = {path for path, tree in modules().items() if {"markupsafe"} & imported_modules(tree)}
    assert makers <= {"web/formats.py", "outbox/wording/filling.py"}


def test_no_template_is_made_from_a_string_and_no_address_from_the_request_host() -> None:
    assert offenders("render_template_string", allowed=()) == []
    external = [
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "_external"
    ]
    assert external == []


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        (r"\|\s*safe\b", "a filter that trusts a text"),
        (r"\sstyle\s*=", "an inline style"),
        (r"\son[a-z]+\s*=", "an inline handler"),
        (r"<script(?![^>]*(src=|application/ld\+json))", "an inline script"),
        (r"autoescape\s+false", "escaping switched off"),
    ],
)
def test_pages_hold_nothing_that_the_content_policy_forbids(pattern: str, what: str) -> None:
    found = [
        name
        for name, text in templates().items()
        if not name.startswith("mail/") and re.search(pattern, text, re.IGNORECASE)
    ]
    assert found == [], what


def test_every_form_that_posts_carries_a_token() -> None:
    without = [
        f"{name}: {form[:60]}"
        for name, text in templates().items()
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL | re.IGNORECASE)
        if re.search(r"method=\"post\"", form, re.IGNORECASE)
        and not re.search(r"csrf_token|hidden_tag|token\(", form)
    ]
    assert without == []


def test_every_block_of_a_mail_has_a_text_and_an_html_part() -> None:
    parts = [name for name in templates() if name.startswith("mail/blocks/")]
    texts = {name.removesuffix(".txt") for name in parts if name.endswith(".txt")}
    pages = {name.removesuffix(".html") for name in parts if name.endswith(".html")}
    assert texts == pages


def test_every_action_of_the_log_has_words() -> None:
    """Whether it is written by `record` or through a room's own `_record` or `log_…`."""
    recorded = {
        str(value.value)
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id.lstrip("_").startswith(("record", "log_"))
        for value in [*node.args, *(word.value for word in node.keywords if word.arg == "action")]
        if isinstance(value, ast.Constant) and "." in str(value.value)
    }
    assert recorded > {"call.created", "application.saved"}
    assert {action for action in recorded if not action.startswith("account.")} <= ACTIONS.keys()


def test_every_route_has_a_rule_and_every_rule_a_route(sqlite_app: Flask) -> None:
    routes = {rule.endpoint for rule in sqlite_app.url_map.iter_rules()}
    assert routes == RULES.keys() - {"static"}


def test_no_public_function_is_without_a_word_about_it() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules().items()
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_the_names_of_tests_are_the_same_in_every_process() -> None:
    """Values by chance or by the clock would name a test anew in each process that collects it."""
    by_chance = [
        f"{path}:{call.lineno}"
        for path, tree in sources.tests().items()
        for values in calls_of_attribute(tree, "parametrize")
        for call in calls_of_attribute(values, "uuid4", "random", "randint", "token_hex")
    ]
    assert by_chance == []
