package dev.sluice.mysql.schema;

/**
 * Something of a schema that a move of tables leaves behind.
 *
 * @param kind view, procedure, function or event
 */
public record OtherObject(String kind, String name) {}
