package dev.sluice.schemas.journal;

/** DDL on a moved table that the stream met; it ends its cut. */
public record DdlStatement(String table, String statement, String gtid) {}
