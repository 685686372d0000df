package dev.sluice.server;

import dev.sluice.controller.Controller;
import dev.sluice.controller.ControllerContext;
import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.servers.LiveCutoverServers;
import dev.sluice.controller.servers.MySqlMoveServers;
import dev.sluice.controller.topics.KafkaMoveTopics;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.schemas.status.StatusPublisher;
import dev.sluice.schemas.vdiff.VDiffDirectory;
import dev.sluice.schemas.vdiff.VDiffOrders;
import dev.sluice.schemas.work.WorkMembership;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import dev.sluice.server.config.ServerConfig;
import dev.sluice.server.http.ActiveController;
import dev.sluice.server.http.EventStream;
import dev.sluice.server.http.Health;
import dev.sluice.server.http.HttpApi;
import dev.sluice.server.metrics.ServerMetrics;
import dev.sluice.server.units.ControllerRunner;
import dev.sluice.server.units.UnitSupervisor;
import dev.sluice.server.units.VDiffRunner;
import dev.sluice.vdiff.job.VDiffContext;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process with its roles: puts the parts together, starts them in order and stops them in
 * order. The HTTP server answers at once; what has to wait for Kafka follows when Kafka is there.
 */
public final class SluiceServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SluiceServer.class);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 1_000;

  private final ServerConfig config;
  private final Set<Role> roles;
  private final PausePoints pausePoints;
  private final Clock clock = Clock.systemUTC();
  private final String instance = UUID.randomUUID().toString();
  private final ServerMetrics metrics = new ServerMetrics();
  private final ConfluentSchemaIds schemaIds;
  private final TopicAdmin admin;
  private final WorkflowDirectory directory;
  private final StatusBoard board;
  private final VDiffDirectory vdiffs;
  private final VDiffOrders vdiffOrders;
  private final TargetReplicas replicas = new TargetReplicas();
  private final StatusPublisher publisher;
  private final BoardStatuses statuses;
  private final MoveServers servers;
  private final ActiveController active;
  private final Health health;
  private final HttpApi http;
  private final List<WorkMembership> memberships = new ArrayList<>();
  private final List<UnitSupervisor> supervisors = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Thread starter = new Thread(this::startRoles, "start");
  private ControllerRunner controllers;
  private VDiffRunner vdiffRunner;
  private String address;

  /**
   * Makes the parts; nothing runs yet.
   *
   * @throws SluiceException or a Kafka client's error when the configuration is of no use to a
   *     client
   */
  public SluiceServer(ServerConfig config, Set<Role> roles, PausePoints pausePoints) {
    this.config = config;
    this.roles = Set.copyOf(roles);
    this.pausePoints = pausePoints;
    this.schemaIds = new ConfluentSchemaIds(config.registry());
    this.admin = new TopicAdmin(config.kafka(), config.topics());
    this.directory = new WorkflowDirectory(config.kafka());
    this.board = new StatusBoard(config.kafka(), clock);
    this.vdiffs = new VDiffDirectory(config.kafka());
    this.vdiffOrders = new VDiffOrders(config.kafka(), vdiffs);
    this.publisher = new StatusPublisher(config.kafka(), board::heard);
    this.statuses = new BoardStatuses(board, publisher);
    MySqlSessions sessions = new MySqlSessions("sluice-controller");
    this.servers =
        new MySqlMoveServers(
            sessions,
            config.sidecar(),
            Preflights.mySql(sessions, config.sidecar(), clock, config.kafka().recordMaxBytes()));
    this.active = new ActiveController(board::controller, clock, instance);
    this.health = new Health(clock, this::problem);
    EventStream events = new EventStream(directory::records, statuses, clock);
    directory.addListener(events::onRecord);
    board.addListener(events::onStatus);
    this.http =
        HttpApi.create(
            config.http(),
            active,
            config.keyspaces(),
            servers,
            events,
            health,
            vdiffOrders,
            metrics.registry());
    starter.setDaemon(true);
  }

  /**
   * Listens, and starts the roles as soon as Kafka answers.
   *
   * @return the port listened on
   */
  public int start() {
    int port = http.start();
    address = "http://" + Addresses.advertised(config.http(), port);
    starter.start();
    LOG.atInfo().addKeyValue("address", address).addKeyValue("roles", roles).log("server listens");
    return port;
  }

  /** Base URL that other processes reach this one by; null before {@link #start}. */
  public String address() {
    return address;
  }

  private void startRoles() {
    try {
      while (closed.getCount() > 0) {
        try {
          startOnce();
          return;
        } catch (SluiceException e) {
          LOG.atWarn()
              .addKeyValue("errorCode", e.code())
              .setCause(e)
              .log("cannot start the roles now; trying again");
          if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.atDebug().log("start interrupted");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("the roles cannot be started");
      health.broken("broken: " + e.getMessage());
    }
  }

  private void startOnce() throws InterruptedException {
    health.stage("reaching Kafka");
    admin.ensureControlTopics();
    health.stage("reading workflows");
    directory.start();
    board.start();
    vdiffs.start();
    directory.awaitEnd(READ_LIMIT);
    board.awaitEnd(READ_LIMIT);
    vdiffs.awaitEnd(READ_LIMIT);
    health.stage("joining");
    synchronized (memberships) {
      if (closed.getCount() == 0) {
        return;
      }
      startMemberships();
    }
    health.started();
  }

  private void startMemberships() {
    if (roles.contains(Role.CONTROLLER)) {
      controllers = new ControllerRunner(() -> new Controller(controllerContext()));
      memberships.add(
          new WorkMembership(
                  config.kafka(),
                  Role.CONTROLLER.word(),
                  controllers,
                  () -> directory.unreadable().isEmpty())
              .start());
    }
    ChangeCodecs codecs = new ChangeCodecs(config.registry(), schemaIds);
    if (roles.contains(Role.VDIFF)) {
      startVDiffs(codecs);
    }
    Units units =
        new Units(
            config,
            codecs,
            metrics.registry(),
            pausePoints,
            clock,
            board,
            directory,
            replicas,
            new RequestFollowers(config.kafka(), clock));
    for (Role role : List.of(Role.CAPTURE, Role.APPLY)) {
      if (roles.contains(role)) {
        UnitSupervisor supervisor =
            new UnitSupervisor(role, units.factory(role), directory, publisher, clock).start();
        supervisors.add(supervisor);
        memberships.add(new WorkMembership(config.kafka(), role.word(), supervisor).start());
      }
    }
  }

  private void startVDiffs(ChangeCodecs codecs) {
    vdiffRunner =
        new VDiffRunner(
                new VDiffContext(
                    config.kafka(),
                    codecs,
                    admin,
                    directory,
                    vdiffs,
                    config.sidecar(),
                    config.keyspaces(),
                    metrics.registry(),
                    pausePoints,
                    clock,
                    (record, direction) ->
                        BoardLimits.scans(record, direction, directory, board, clock)))
            .start();
    memberships.add(new WorkMembership(config.kafka(), Role.VDIFF.word(), vdiffRunner).start());
  }

  private ControllerContext controllerContext() {
    return new ControllerContext(
        config.kafka(),
        directory,
        statuses,
        publisher,
        servers,
        new KafkaMoveTopics(admin, schemaIds, config.registry().url()),
        config.keyspaces(),
        metrics.registry(),
        pausePoints,
        clock,
        address,
        instance,
        active::set,
        admin,
        schemaIds,
        config.topics().keepApplied(),
        epoch ->
            new LiveCutoverServers(
                config.sidecar(), config.keyspaces(), config.kafka(), schemaIds, vdiffs, epoch));
  }

  private Optional<Health.Problem> problem() {
    if (directory.failingSince() != null) {
      return Optional.of(new Health.Problem("waiting for Kafka", directory.failingSince()));
    }
    synchronized (memberships) {
      return memberships.stream()
          .filter(membership -> !membership.joined())
          .findFirst()
          .map(
              membership ->
                  new Health.Problem(
                      "joining group of role " + membership.role(), membership.stateSince()));
    }
  }

  /** Stops everything, units first; bounded in time; idempotent. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    health.stopping();
    closed.countDown();
    starter.interrupt();
    join(starter, 5_000);
    List<WorkMembership> leaving;
    synchronized (memberships) {
      leaving = List.copyOf(memberships);
    }
    // each gives its units up before it leaves; side by side, so that the bounds do not add up
    List<Thread> closers =
        leaving.stream()
            .map(membership -> new Thread(membership::close, "leave-" + membership.role()))
            .toList();
    closers.forEach(Thread::start);
    closers.forEach(closer -> join(closer, 25_000));
    supervisors.forEach(UnitSupervisor::close);
    if (controllers != null) {
      controllers.close();
    }
    if (vdiffRunner != null) {
      vdiffRunner.close();
    }
    replicas.close();
    http.close();
    publisher.close();
    board.close();
    vdiffOrders.close();
    vdiffs.close();
    directory.close();
    admin.close();
    metrics.close();
    LOG.atInfo().log("server stopped");
  }

  private static void join(Thread thread, long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
