package dev.sluice.capture.filter;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.schemas.workflow.StreamId;

/**
 * Decides which source transactions are echoes of the workflow's other direction (I6): those whose
 * first row of all that the stream sees is a checkpoint row of the same workflow's opposite
 * direction, and only those. Not thread-safe.
 */
public final class LoopFilter {

  private final String workflowUuid;
  private final String oppositeDirection;
  private boolean decided;
  private boolean dropping;

  public LoopFilter(StreamId stream) {
    this.workflowUuid = stream.workflowUuid();
    this.oppositeDirection = stream.direction().opposite().word();
  }

  /** A transaction begins. */
  public void begin() {
    decided = false;
    dropping = false;
  }

  /** Shows the transaction's next event; answers true when it belongs to an echo. */
  public boolean drops(SourceEvent event) {
    if (!decided) {
      decided = true;
      dropping =
          event instanceof SourceEvent.CheckpointRow row
              && row.workflowUuid().equals(workflowUuid)
              && row.direction().equals(oppositeDirection);
    }
    return dropping;
  }
}
