package dev.sluice.mysql.fence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Denies and allows application writes to the moved tables of one shard, on its primary. Sessions
 * with {@code @sluice_applier = 1} always pass.
 *
 * <p>Every change is made in the name of a controller epoch: {@link #raiseEpoch} of a newer
 * controller ends what an older one has under way here, and from then on the older one changes
 * nothing; it is told so by FENCED. A controller calls it for each fence before it changes it, and
 * for those of each open workflow soon after it becomes active.
 *
 * <p>Every operation can be repeated. After an error with code MYSQL_UNAVAILABLE the outcome is
 * unknown: read {@link #state}, or repeat.
 *
 * <p>All methods throw {@code SluiceException}, classified; FENCED when another controller has
 * taken over, MYSQL_CONTENTION when somebody stays in the way longer than the limit. Not
 * thread-safe: one thread at a time. Connections are opened at the first use and kept, so a call of
 * {@link #arm} or {@link #state} before makes {@link #deny} quick.
 */
public interface Fence extends AutoCloseable {

  /** Work that changes the server for good. */
  interface Work {
    void on(Connection connection) throws SQLException;
  }

  FencePlace place();

  /**
   * Makes this epoch the one that may change the fence, and ends the session of an older controller
   * that is just changing it. Waits neither for writers nor for denied writers. Does nothing for a
   * fence that was removed, nor where the sidecar is missing.
   *
   * @throws dev.sluice.schemas.error.SluiceException FENCED when a higher epoch was here before
   */
  void raiseEpoch(long controllerEpoch);

  /**
   * Puts everything in place that denying needs; writes go on, or stay denied if they are. Waits
   * for long transactions in pieces of one second at most, between which writers go on.
   *
   * @param limit for all of it
   */
  void arm(long controllerEpoch, Duration limit);

  /**
   * Denies writes to all tables in one step: waits for transactions that have written to them,
   * while later writers wait, too; then all of them are refused. Everything that was ever accepted
   * is in the binary log before the change of the fence's row, which carries the token.
   *
   * @param reason for people, at most 1,024 characters
   * @param limit how long running writers are waited for, to the millisecond; when it is over,
   *     writes go on as before and MYSQL_CONTENTION names who was in the way
   * @return a fresh token
   */
  String deny(long controllerEpoch, String reason, Duration limit);

  /**
   * Lets writes pass. A session that was denied and has not ended its transaction is waited for,
   * then killed: it has changed no row of a moved table.
   *
   * @param grace how long such sessions are waited for before they are killed
   */
  void allow(long controllerEpoch, String reason, Duration grace);

  /**
   * Runs work in autocommit on the fence's own session, while no other controller can do anything
   * here: for statements that carry no epoch themselves, as DDL. When a controller with a higher
   * epoch comes, the session ends, and the work with it. {@code lock_wait_timeout} is 1 second.
   * FENCED also when the fence has been removed: {@link FenceState#ended}.
   *
   * @param action what is done, in the infinitive, for errors
   */
  void exclusively(long controllerEpoch, String action, Work work);

  /** How it stands, as committed. */
  FenceState state();

  /** Whether it denies writes, in one quick look: triggers are not looked at. */
  boolean denies();

  /**
   * Whether its row says that writes are denied while something is missing that denies them: a
   * trigger that was dropped, {@code read_only} that a failover has turned off. One whose row was
   * changed by hand has not slipped: that was somebody's decision. Nothing is changed.
   */
  boolean slipped();

  /**
   * Puts in place again what is missing; only where {@link #slipped}. The row, and so the token of
   * the denial, stays as it is: for the stream of this server nothing was ever allowed.
   *
   * @param limit as for {@link #arm} and {@link #deny}
   */
  void mend(long controllerEpoch, Duration limit);

  /**
   * Takes everything away again. Writes pass from then on, also if they were denied. For a week a
   * row remembers that the fence has ended: whatever a controller of before still wants to do with
   * it is FENCED. Nothing happens where it was removed before, or where the sidecar is missing.
   *
   * @param limit for all of it
   */
  void remove(long controllerEpoch, Duration limit);

  @Override
  void close();
}
