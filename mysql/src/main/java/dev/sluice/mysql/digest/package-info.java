/**
 * SQL that makes digests of rows which are equal exactly when the rows are, on servers of any
 * version, whatever the columns' character sets, collations and order.
 */
package dev.sluice.mysql.digest;
