package dev.sluice.mysql.schema;

/**
 * A trigger of a table.
 *
 * @param timing BEFORE or AFTER
 * @param event INSERT, UPDATE or DELETE
 * @param guarded its body looks at {@code @sluice_applier}
 */
public record TriggerDescription(
    String name, String table, String timing, String event, String definer, boolean guarded) {}
