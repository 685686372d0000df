/** The one place that quotes identifiers and values for SQL text. */
package dev.sluice.mysql.sql;
