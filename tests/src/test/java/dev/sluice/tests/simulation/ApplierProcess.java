package dev.sluice.tests.simulation;

import dev.sluice.apply.core.ApplyCore;
import dev.sluice.apply.core.CutFeed;
import dev.sluice.apply.core.Piece;
import dev.sluice.apply.core.PiecePlanner;
import dev.sluice.apply.core.PieceSource;
import dev.sluice.apply.core.RowGuard;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.Direction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A process that runs the real {@link PiecePlanner} and {@link ApplyCore} of one shard on fakes.
 * Not thread-safe.
 */
final class ApplierProcess extends SimulatedProcess {

  /** The planner, or a mutant of it; runs ahead of the core by some pieces. */
  private static final class Planner extends PiecePlanner {
    private final World world;

    private Planner(World world, CutFeed feed, List<StreamPlace> places, int shard) {
      super(
          feed,
          World.WORKFLOW_UUID,
          world.tables.plan.sourceShards(),
          places,
          new RowGuard(world.tables.plan, Direction.FORWARD, shard),
          world.settings.applyLimits);
      this.world = world;
    }

    @Override
    protected WriteMode modeOf(Cut cut, StreamPlace before) {
      return world.mutant == Mutant.REPLACE_AFTER_CONSISTENT
          ? WriteMode.REPLACE
          : super.modeOf(cut, before);
    }
  }

  /** Pieces planned and not executed: the feed's thread, as far as the core can tell. */
  private static final class ReadAhead implements PieceSource {
    private final Planner planner;
    private final int most;
    private final Deque<Piece> pieces = new ArrayDeque<>();

    private ReadAhead(Planner planner, int most) {
      this.planner = planner;
      this.most = most;
    }

    @Override
    public Piece poll() {
      planner.advance();
      while (pieces.size() <= most) {
        Piece piece = planner.take();
        if (piece == null) {
          break;
        }
        pieces.add(piece);
        planner.advance();
      }
      return pieces.poll();
    }
  }

  private final FakeTargetSession session;
  private final FakeTargetSession predecessor;
  private final int shard;
  private ApplyCore core;

  ApplierProcess(String name, World world, FakeTarget target, FakeTargetSession predecessor) {
    super(name, world);
    this.shard = target.shard;
    this.predecessor = predecessor;
    this.session = new FakeTargetSession(this, target);
  }

  FakeTargetSession session() {
    return session;
  }

  int shard() {
    return shard;
  }

  @Override
  protected boolean step() throws InterruptedException {
    if (core != null) {
      boolean stepped = core.step();
      if (stepped && !world().chance.oneIn(6)) {
        return true;
      }
      return core.sweep() || stepped;
    }
    List<StreamPlace> places = session.takeOver(predecessor);
    FakeCutFeed feed = new FakeCutFeed(this, shard, places);
    ReadAhead pieces =
        new ReadAhead(new Planner(world(), feed, places, shard), world().settings.readAhead);
    core =
        new ApplyCore(
            pieces,
            session,
            places,
            world().tables.plan.tables().size(),
            PausePoints.off(),
            this::committed);
    return true;
  }

  private void committed(Piece piece) {
    if (piece.mode() == WriteMode.EXACT && !piece.begins()) {
      world().tally.count(Happening.EXACT_IN_PIECES);
    }
  }

  @Override
  protected void gone() {
    // else the server keeps the transaction open until a successor ends the connection
    if (world().chance.oneIn(2)) {
      session.connectionLost();
    }
  }
}
