/** Denying application writes to moved tables on one primary (docs/design/0012). */
package dev.sluice.mysql.fence;
