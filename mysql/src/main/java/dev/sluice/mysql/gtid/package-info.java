/** GTID sets, and waiting for them. */
package dev.sluice.mysql.gtid;
