package dev.sluice.mysql.fence;

import dev.sluice.mysql.session.MySqlSessions;

/** Makes fences. Thread-safe. */
public final class Fences {

  private final MySqlSessions sessions;
  private final String sidecar;

  /**
   * @param sidecar name of the sidecar schema, whose tables exist when a fence is used
   */
  public Fences(MySqlSessions sessions, String sidecar) {
    this.sessions = sessions;
    this.sidecar = sidecar;
  }

  /** A fence; nothing happens on the server yet. */
  public Fence of(FenceKind kind, FencePlace place) {
    FenceSessions connections = new FenceSessions(sessions, place);
    return switch (kind) {
      case TRIGGERS -> new TriggerFence(place, connections, sidecar);
      case READ_ONLY -> new ReadOnlyFence(place, connections, sidecar);
    };
  }
}
