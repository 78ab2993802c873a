"""Which column of somebody's spreadsheet is which field of ours, by its name in many spellings and languages."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# The names of one field's columns, the most telling ones first: where several are there, the first filled one counts.
# They are compared without accents, capitals and signs ("E-Mail-Adresse" is "e mail adresse").
ALIASES: dict[str, str] = {
    "name": "attendee name, ticket full name, full name, name, participant name, guest name, display name, "
    "name des teilnehmers, teilnehmername, vor und nachname, vollstandiger name, nom complet, nom du participant, "
    "nombre completo, nombre del asistente, nome completo, nome del partecipante, nome do participante, "
    "naam, volledige naam, navn, namn, imie i nazwisko, participant, attendee, teilnehmer, teilnehmerin",
    "first_name": "attendee first name, ticket first name, first name, firstname, given name, vorname, prenom, "
    "nombre, nome, primeiro nome, voornaam, fornavn, fornamn, imie, attendee name given name",
    "last_name": "attendee last name, ticket last name, last name, lastname, surname, family name, nachname, "
    "familienname, nom de famille, nom, apellidos, apellido, cognome, sobrenome, achternaam, etternavn, efternavn, "
    "efternamn, nazwisko, attendee name family name",
    "email": "attendee email, attendee e mail, ticket email, participant email, e mail, email, e mail address, "
    "email address, mail, e mail adresse, email adresse, mailadresse, adresse e mail, adresse email, courriel, "
    "adresse electronique, correo electronico, correo, indirizzo email, posta elettronica, endereco de email, "
    "e mailadres, emailadres, epost, e post, adres e mail, order email, buyer email",
    "organisation": "attendee company, company, company name, ticket company name, organisation, organization, "
    "organisation name, organization name, employer, institution, affiliation, firma, unternehmen, arbeitgeber, "
    "einrichtung, verein, societe, entreprise, organisme, empresa, organizacion, institucion, azienda, "
    "organizzazione, ente, organizacao, bedrijf, organisatie, virksomhet, virksomhed, foretag, organizacja",
    "team": "team, department, unit, division, abteilung, bereich, equipe, service, departement, departamento, "
    "equipo, reparto, afdeling",
    "role": "job title, ticket job title, role, position, job, title, occupation, profession, beruf, "
    "berufsbezeichnung, funktion, rolle, stelle, tatigkeit, fonction, poste, metier, intitule du poste, cargo, "
    "puesto, ruolo, mansione, profissao, functie, stilling, stanowisko",
    "headline": "headline, tagline, slogan, one line, one liner, in one sentence, in einem satz, kurzvorstellung, "
    "uberschrift, accroche, titular, titolo, talk title, presentation title",
    "about": "about you, about, about me, bio, biography, short bio, description, introduction, uber dich, uber sie, "
    "uber mich, vorstellung, biografie, kurzbiografie, a propos, a propos de vous, biographie, presentation, "
    "sobre ti, sobre usted, biografia, su di te, chi sei, sobre voce, over jou, over u",
    "interests": "interests, interest, topics, topics of interest, tags, interessen, themen, interets, "
    "centres d interet, sujets, intereses, temas, interessi, argomenti, interesses, onderwerpen, interesser",
    "asks": "asks, ask, looking for, what are you looking for, i am looking for, needs, i need, questions, "
    "what do you need, sucht, suche, ich suche, gesuch, gesuche, recherche, je cherche, besoins, busco, busca, "
    "necesito, cerco, procuro, ik zoek, zoekt, soker",
    "offers": "offers, offer, can offer, i can offer, can help with, i can help with, what can you offer, "
    "i offer, expertise, skills, bietet, "
    "biete, ich biete, angebot, angebote, kann helfen bei, offre, je propose, competences, ofrezco, ofrece, "
    "puedo ayudar con, offro, posso aiutare con, ofereco, ik bied, biedt, kan helpen met, erbjuder",
    "mode": "mode, attendance, attendance mode, participation, takes part, in person or online, teilnahmeart, "
    "teilnahme, vor ort oder online, participation en ligne, modalite, modalidad, modalita, deelname",
    "can_video": "can video, video, video call, video possible, can do video, videoanruf, videocall",
    "glad_to_help": "glad to help, willing to help, happy to help, helps others, hilft gern",
    "kind": "ticket kind, ticket type, ticket name, ticket title, ticket, product, product name, item, kind, category, "
    "attendee type, admission type, ticketart, tickettyp, ticketkategorie, produkt, kategorie, produit, "
    "type de billet, billet, tarif, producto, tipo de entrada, entrada, prodotto, tipo di biglietto, biglietto, "
    "tipo de ingresso, ingresso, kaartsoort, billettype, biljettyp",
    "code": "barcode, barcode number, secret, ticket secret, qr code, qr, ticket code, code, public id, "
    "ticket reference, ticket id, ticket number, ticketcode, strichcode, geheimnis, code barres, code du billet, "
    "codigo, codigo de barras, codice, codice a barre, attendee number",
    "status": "attendee status, status, state, order status, ticket status, registration status, zustand, statut, "
    "etat, estado, stato, situacao",
    "quantity": "quantity, ticket quantity, tickets, number of tickets, anzahl, anzahl tickets, quantite, "
    "cantidad, quantita, quantidade, aantal",
    "phone": "attendee phone, ticket phone number, phone, phone number, telephone, mobile, mobile phone, cell phone, "
    "telefon, telefonnummer, handy, handynummer, mobil, mobiltelefon, numero de telephone, portable, telefono, "
    "movil, cellulare, telefone, celular, telefoonnummer, telefoon",
    "link": "link, website, web site, web page, homepage, url, profile, linkedin, linkedin url, linkedin profile, "
    "webseite, internetseite, site web, sitio web, sito web, site",
}

_ORDER = {
    alias.strip(): (field, place) for field, names in ALIASES.items() for place, alias in enumerate(names.split(","))
}
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """What was recognised in one header."""

    of_field: dict[str, tuple[str, ...]]
    unused: tuple[str, ...]

    def __contains__(self, field: str) -> bool:
        """Tell whether a field has a column."""
        return field in self.of_field

    def value(self, field: str, cells: dict[str, str]) -> str:
        """Return what a record says about a field: the first filled cell, or nothing."""
        return next((text for name in self.of_field.get(field, ()) if (text := cells[name].strip())), "")


def plain(text: str) -> str:
    """Return a text as names and words are compared: no accents, capitals or signs, "#" read as "number"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("#", " number "))
    return _SIGNS.sub(" ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()


def recognise(header: Iterable[str]) -> Columns:
    """Return which columns stand for which field; a name nobody knows is left unused."""
    found: dict[str, list[tuple[int, str]]] = {}
    unused = []
    for name in header:
        field, place = _ORDER.get(plain(name), ("", 0))
        if field:
            found.setdefault(field, []).append((place, name))
        else:
            unused.append(name)
    return _settled({field: tuple(n for _, n in sorted(names)) for field, names in found.items()}, unused)


def _settled(found: dict[str, tuple[str, ...]], unused: list[str]) -> Columns:
    """Read words that mean two things by their company: "Nom" alone is a whole name, beside "Prénom" it is not."""
    if "name" not in found and ("first_name" in found) != ("last_name" in found):
        found["name"] = found.pop("first_name", ()) or found.pop("last_name", ())
    return Columns(found, tuple(unused))
