/** DDL as it stands in a binary log: which tables it concerns, and how; see 0007-ddl.md. */
package dev.sluice.mysql.ddl;
