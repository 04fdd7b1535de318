-- note_published.sql: a hint for the next leader; Kafka's own tail decides.
UPDATE log.head SET published = $1 WHERE epoch = $2 AND published < $1;
