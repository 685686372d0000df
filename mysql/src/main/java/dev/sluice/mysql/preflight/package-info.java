/**
 * The checks before a move that need only MySQL; each answers with findings, none throws for what
 * it finds.
 */
package dev.sluice.mysql.preflight;
