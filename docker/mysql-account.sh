#!/bin/sh
# Runs once in a new MySQL container: the account of docs/operating/grants.md, on every server alike, and not in the binary log.
# The image runs it, or reads it into its own start script where the file is not executable: so it sets no shell options.
mysql -uroot -p"${MYSQL_ROOT_PASSWORD:?}" <<SQL
SET SESSION sql_log_bin = 0;
CREATE USER 'sluice'@'%' IDENTIFIED BY '${SLUICE_MYSQL_PASSWORD:?}';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS, CONNECTION_ADMIN, SHOW_ROUTINE ON *.* TO 'sluice'@'%';
GRANT SELECT ON \`performance_schema\`.* TO 'sluice'@'%';
GRANT SELECT ON \`mysql\`.\`db\` TO 'sluice'@'%';
GRANT SELECT ON \`mysql\`.\`tables_priv\` TO 'sluice'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON \`\\_sluice\`.* TO 'sluice'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, TRIGGER, EVENT ON \`$MYSQL_DATABASE\`.* TO 'sluice'@'%';
SQL
