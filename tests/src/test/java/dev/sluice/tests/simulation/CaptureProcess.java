package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.JournalState;
import dev.sluice.capture.stream.JournalWriter;
import dev.sluice.capture.stream.RowRouter;
import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.StreamCore;
import dev.sluice.capture.stream.StreamListener;
import dev.sluice.capture.stream.StreamPorts;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import java.util.Arrays;

/** A process that runs the real {@link StreamCore} of one stream on fakes. Not thread-safe. */
final class CaptureProcess extends SimulatedProcess {

  /** The core, or a mutant of it. */
  private static final class Core extends StreamCore {
    private final Mutant mutant;
    private final JournalWriter journal;

    private Core(StreamId stream, StreamPorts ports, World world) {
      super(stream, ports, world.settings.cutPolicy, heartbeatId(stream.number()));
      this.mutant = world.mutant;
      this.journal = ports.journal();
    }

    @Override
    protected JournalState recover() {
      if (mutant != Mutant.JOURNAL_BEFORE_FENCE) {
        return super.recover();
      }
      JournalState state = journal.readEnd();
      journal.fence();
      return state;
    }

    @Override
    protected boolean streamRestsDuringSlice() {
      return mutant != Mutant.STREAM_DURING_SLICE && super.streamRestsDuringSlice();
    }

    @Override
    protected boolean mayOpenSlice() {
      return mutant == Mutant.SLICE_INSIDE_TRANSACTION || super.mayOpenSlice();
    }

    @Override
    protected boolean completes(SourceEvent event) {
      return super.completes(event)
          || (mutant == Mutant.CUT_INSIDE_TRANSACTION && event instanceof SourceEvent.Row);
    }
  }

  /** The router, or a mutant that looks at the key only. */
  private static final class Router extends RowRouter {
    private final Mutant mutant;

    private Router(World world, StreamId stream) {
      super(world.tables.plan, stream);
      this.mutant = world.mutant;
    }

    @Override
    protected boolean moves(SourceEvent.Row update) {
      if (mutant != Mutant.MOVE_AS_ONE_RECORD || !super.moves(update)) {
        return super.moves(update);
      }
      return !Arrays.equals(
          key(update.table(), update.before()), key(update.table(), update.after()));
    }
  }

  private final int stream;
  private final StreamCore core;
  private boolean started;

  CaptureProcess(String name, World world, int stream) {
    super(name, world);
    this.stream = stream;
    FakeServer server = world.servers.get(stream);
    StreamId id =
        new StreamId(
            "move",
            World.WORKFLOW_UUID,
            Direction.FORWARD,
            world.tables.plan.sourceShards().get(stream),
            stream);
    StreamPorts ports =
        new StreamPorts(
            new FakeSourceEvents(this, server),
            new FakeJournalWriter(this, stream),
            new FakeSliceReader(this, server),
            kind -> writeMarker(server, kind),
            new Router(world, id),
            new StreamListener() {},
            () -> !world.chance.oneIn(world.settings.backlogOneIn),
            world.clock,
            PausePoints.off());
    this.core = new Core(id, ports, world);
  }

  static String heartbeatId(int stream) {
    return "heartbeat-" + stream;
  }

  private String writeMarker(FakeServer server, String kind) {
    at("write a marker");
    String token = server.writeMarker(kind);
    world().trace.say(() -> this + " writes marker " + kind + " as transaction " + server.logged());
    at("marker written");
    return token;
  }

  @Override
  protected boolean step() {
    if (!started) {
      started = true;
      core.start();
      return true;
    }
    return core.step();
  }

  @Override
  protected void gone() {
    // what it left open in the broker stays so until a successor fences it, or time is up
    world().trace.say(() -> "stream " + stream + " has lost " + this);
  }
}
