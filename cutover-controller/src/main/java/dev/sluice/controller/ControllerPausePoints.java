package dev.sluice.controller;

/** Names of the controller's pause points. */
public final class ControllerPausePoints {

  /** A new workflow's record is written; nothing else of it exists. */
  public static final String RECORD_WRITTEN = "CONTROLLER_RECORD_WRITTEN";

  /** Sidecars and target tables exist; topics do not. */
  public static final String TABLES_CREATED = "CONTROLLER_TABLES_CREATED";

  /** Topics exist; the record still says {@code created}. */
  public static final String TOPICS_CREATED = "CONTROLLER_TOPICS_CREATED";

  public static final String CANCEL_UNITS_STOPPED = "CONTROLLER_CANCEL_UNITS_STOPPED";
  public static final String CANCEL_TABLES_DROPPED = "CONTROLLER_CANCEL_TABLES_DROPPED";
  public static final String CANCEL_FENCES_REMOVED = "CONTROLLER_CANCEL_FENCES_REMOVED";
  public static final String CANCEL_TOPICS_DELETED = "CONTROLLER_CANCEL_TOPICS_DELETED";

  /** The target's fence is in place; it denies nothing yet, the record says {@code copying}. */
  public static final String TARGET_ARMED = "CONTROLLER_TARGET_ARMED";

  public static final String COMPLETE_UNITS_STOPPED = "CONTROLLER_COMPLETE_UNITS_STOPPED";
  public static final String COMPLETE_TABLES_GONE = "CONTROLLER_COMPLETE_TABLES_GONE";
  public static final String COMPLETE_FENCES_REMOVED = "CONTROLLER_COMPLETE_FENCES_REMOVED";
  public static final String COMPLETE_TOPICS_DELETED = "CONTROLLER_COMPLETE_TOPICS_DELETED";

  /** It is known which applied records are to be deleted; none is. */
  public static final String TRIM_BEFORE_DATA = "CONTROLLER_TRIM_BEFORE_DATA";

  /** Applied records are deleted from data topics, not from the journal. */
  public static final String TRIM_AFTER_DATA = "CONTROLLER_TRIM_AFTER_DATA";

  /** Applied cuts are deleted from the journal. */
  public static final String TRIM_AFTER_JOURNAL = "CONTROLLER_TRIM_AFTER_JOURNAL";

  private ControllerPausePoints() {}
}
