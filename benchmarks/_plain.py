"""Bare Flask with SQLAlchemy, one table and one query: what a start takes before it is ours."""

import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The one table's base."""


db = SQLAlchemy(model_class=Base)


class Word(Base):
    """Something to ask for."""

    __tablename__ = "word"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["PLAIN_DATABASE"]
db.init_app(app)
with app.app_context():
    db.create_all()


@app.get("/")
def word() -> str:
    """Say the last word there is."""
    return db.session.scalar(select(Word.text).order_by(Word.id.desc()).limit(1)) or "Hello, world!"
