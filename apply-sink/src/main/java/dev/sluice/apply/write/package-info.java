/** Writing pieces to MySQL: statements, LOAD DATA, values as text. */
package dev.sluice.apply.write;
