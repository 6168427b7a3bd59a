-- Who may do what. Functions are everybody's in PostgreSQL unless that is taken away; tables are nobody's.
REVOKE ALL ON ALL TABLES IN SCHEMA mayhem FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mayhem FROM PUBLIC;
REVOKE ALL ON SCHEMA mayhem FROM PUBLIC;
REVOKE USAGE ON TYPE mayhem.offer FROM PUBLIC;

GRANT USAGE ON SCHEMA mayhem TO mayhem_daemon, mayhem_operator, mayhem_reader;
GRANT USAGE ON TYPE mayhem.offer TO mayhem_daemon, mayhem_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA mayhem TO mayhem_reader;

GRANT EXECUTE ON FUNCTION mayhem.schema, mayhem.halt TO mayhem_daemon, mayhem_operator;
GRANT EXECUTE ON FUNCTION mayhem.hello, mayhem.beat, mayhem.poll, mayhem.ask, mayhem.answer, mayhem.answered, mayhem.decide,
    mayhem.grant_of, mayhem.left_over, mayhem.claim, mayhem.settle, mayhem.note, mayhem.propose TO mayhem_daemon;
GRANT EXECUTE ON FUNCTION mayhem.resume, mayhem.close_breaker, mayhem.adopt, mayhem.accept_loss, mayhem.add_host, mayhem.forget,
    mayhem.prune TO mayhem_operator;
