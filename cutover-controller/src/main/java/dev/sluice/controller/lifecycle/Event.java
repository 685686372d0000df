package dev.sluice.controller.lifecycle;

import java.util.Locale;

/**
 * What moves a workflow from one state to another: an operator's command, or something that
 * happened.
 */
public enum Event {
  /** Command. */
  START(true),
  /** Command. */
  STOP(true),
  /** Command. */
  CANCEL(true),
  /** Command: the copy begins again; asked for as a start. */
  RECOPY(true),
  /** Command: changes what holds the row copy back, and nothing else. */
  THROTTLE(true),
  /** Command: applications write, and where asked for read, on the target. */
  SWITCH_TRAFFIC(true),
  /** Command: back to the source. */
  REVERSE_TRAFFIC(true),
  /** Command: the move is over; the source's tables go. */
  COMPLETE(true),
  /** The traffic has changed sides: no way back but the other command. */
  COMMITTED(false),
  /** A change of traffic was undone; all is as before. */
  UNDONE(false),
  /** Nothing is left to be done for a change of traffic that was committed. */
  RELEASED(false),
  /** Sidecars, target tables and topics are there. */
  PREPARED(false),
  /** Every stream and every applier is consistent and all indexes are back. */
  CAUGHT_UP(false),
  /** A unit, or a step of the controller, met an error that trying again cannot cure. */
  FAILED(false),
  /** Everything the workflow made is gone. */
  CANCEL_DONE(false),
  /** The target serves alone, and everything else that the workflow needed is gone. */
  COMPLETE_DONE(false);

  private final boolean command;

  Event(boolean command) {
    this.command = command;
  }

  /** True for what an operator asks for. */
  public boolean command() {
    return command;
  }

  /** The word used in REST and on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
