/** How a door judges a code, word for word as eventmatch/domain/verdicts.py does; both are held to tests/vectors/verdicts.json. */

const EXEMPT_FROM_CAPACITY = ["crew", "speaker"];
const GOOD = ["admitted", "exited"];
const WAIT = ["already_in", "not_inside", "needs_answer"];

/** What staff may let in anyway: somebody known, neither barred nor holding a code that is now another's. */
export const OVERRIDABLE = ["cancelled", "waitlisted", "not_yet_open", "closed", "wrong_door", "needs_answer", "room_full"];

/** Return how a verdict looks, sounds and feels: go, look again, stop. */
export function tone(verdict) {
  if (GOOD.includes(verdict)) return "good";
  return WAIT.includes(verdict) ? "wait" : "stop";
}

/** Return the verdict on a ticket (null: unknown here) at a door; moments are milliseconds since 1970. */
export function judge(ticket, door, direction, at) {
  if (!ticket) return "unknown";
  const standing = standingOf(ticket);
  if (standing) return standing;
  if (direction === "out") return ticket.inside ? "exited" : "not_inside";
  if (ticket.inside) return "already_in";
  return windowOf(door, at) ?? ruleOf(ticket, door) ?? room(ticket, door);
}

/** Return why this ticket opens nothing here, if it does not. */
function standingOf(ticket) {
  if (ticket.elsewhere) return "wrong_event";
  if (ticket.barred) return "barred";
  if (ticket.revoked) return "revoked";
  if (ticket.status === "cancelled") return "cancelled";
  return ticket.status === "confirmed" ? null : "waitlisted";
}

/** Return why the door is shut at this moment, if it is. */
function windowOf(door, at) {
  if (at < door.opens_at) return "not_yet_open";
  return at >= door.closes_at ? "closed" : null;
}

/** Return which rule of the door this ticket breaks, if it does. */
export function brokenRule(ticket, door) {
  if (door.exit_only) return "way_out";
  if (door.kinds?.length && !door.kinds.includes(ticket.kind)) return "other_kinds";
  if (!door.entrance && !ticket.arrived) return "entrance_first";
  if (ticket.by_badge && !ticket.arrived && !door.badge_admits) return "no_badge";
  return ticket.been_in && door.re_entry === false ? "no_way_back" : null;
}

/** Refuse whoever breaks a rule of the door, then whoever has not answered its question. */
function ruleOf(ticket, door) {
  if (brokenRule(ticket, door)) return "wrong_door";
  return door.unanswered ? "needs_answer" : null;
}

/** Admit while there is a place, and always those a room cannot do without. */
function room(ticket, door) {
  const full = typeof door.free_places === "number" && door.free_places <= 0;
  const exempt = ticket.needs_space || EXEMPT_FROM_CAPACITY.includes(ticket.kind);
  return full && !exempt ? "room_full" : "admitted";
}
