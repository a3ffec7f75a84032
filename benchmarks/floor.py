"""The floor: bare Flask and SQLAlchemy Core, one indexed query of 25 joined rows, a plain page of about 45 KB.

Started with FLOOR_DATABASE set to the address of a database that `volume` has filled.
"""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from sqlalchemy import create_engine, text

ROWS = text(
    """
    SELECT person.name, person.organisation, person.country, application.submitted_at, choice.motivation
    FROM application JOIN person ON person.id = application.person_id
    JOIN choice ON choice.application_id = application.id AND choice.rank = 1
    WHERE application.call_id = (SELECT id FROM call LIMIT 1) AND application.state = 'submitted'
    ORDER BY application.submitted_at LIMIT 25
    """
)
PAGE = """<!doctype html><html lang="en"><head><title>Floor</title></head><body><table>
{% for row in rows %}<tr><th>{{ row.name }}</th><td>{{ row.organisation }}</td><td>{{ row.country }}</td>
<td>{{ row.submitted_at }}</td>{% for _copy in range(3) %}<td>{{ row.motivation }}</td>{% endfor %}</tr>
{% endfor %}</table></body></html>"""

app = Flask(__name__)
engine = create_engine(os.environ["FLOOR_DATABASE"])


@app.get("/")
def page() -> str:
    """The list page."""
    with engine.connect() as connection:
        return render_template_string(PAGE, rows=connection.execute(ROWS).all())
