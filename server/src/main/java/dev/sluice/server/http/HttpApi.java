package dev.sluice.server.http;

import dev.sluice.controller.ControllerApi;
import dev.sluice.controller.port.MoveServers;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.vdiff.VDiffOrders;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.server.config.HttpSettings;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.json.JavalinJackson;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process's HTTP server: REST, health, metrics and the status page. Thread-safe. */
public final class HttpApi implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);
  private static final long MAX_BODY_BYTES = 4L << 20;
  private static final int MAX_THREADS = 100;

  /** More wait until one of them ends. */
  private static final int MAX_CONNECTIONS = 500;

  /** A controller that dies is missed after 6 s. */
  private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(15);

  private static final long TAKEOVER_POLL_MILLIS = 200;

  private final HttpSettings settings;
  private final Authenticator authenticator;
  private final ActiveController active;
  private final RequestLimits limits;
  private final Forwarder forwarder = new Forwarder();
  private final KeyspaceRoutes keyspaces;
  private final EventStream events;
  private final Health health;
  private final VDiffOrders vdiffs;
  private final PrometheusMeterRegistry meters;
  private final Javalin javalin;

  /**
   * Makes the server; it does not listen yet.
   *
   * @param keyspaces by name, for {@code GET /v1/keyspaces}
   * @param events also fed by the caller
   */
  public static HttpApi create(
      HttpSettings settings,
      ActiveController active,
      Map<String, Keyspace> keyspaces,
      MoveServers servers,
      EventStream events,
      Health health,
      VDiffOrders vdiffs,
      PrometheusMeterRegistry meters) {
    return create(
        settings,
        active,
        new KeyspaceRoutes(keyspaces, servers),
        events,
        health,
        vdiffs,
        meters,
        new RequestLimits(System::nanoTime));
  }

  /** The same with limits of its own. */
  static HttpApi create(
      HttpSettings settings,
      ActiveController active,
      KeyspaceRoutes keyspaces,
      EventStream events,
      Health health,
      VDiffOrders vdiffs,
      PrometheusMeterRegistry meters,
      RequestLimits limits) {
    return new HttpApi(settings, active, keyspaces, events, health, vdiffs, meters, limits);
  }

  private HttpApi(
      HttpSettings settings,
      ActiveController active,
      KeyspaceRoutes keyspaces,
      EventStream events,
      Health health,
      VDiffOrders vdiffs,
      PrometheusMeterRegistry meters,
      RequestLimits limits) {
    this.limits = limits;
    this.settings = settings;
    this.authenticator = new Authenticator(settings);
    this.active = active;
    this.keyspaces = keyspaces;
    this.events = events;
    this.health = health;
    this.vdiffs = vdiffs;
    this.meters = meters;
    this.javalin = Javalin.create(this::configure);
  }

  /** Begins to listen; answers the port. */
  public int start() {
    javalin.start(settings.host(), settings.port());
    return javalin.port();
  }

  /** Every route, as openapi.yaml describes them. */
  List<Route> routes() {
    return List.of(
        active(HandlerType.POST, "/v1/preflight", Route.Access.VIEWER, WorkflowRoutes::preflight),
        active(HandlerType.POST, "/v1/workflows", Route.Access.OPERATOR, WorkflowRoutes::create),
        active(HandlerType.GET, "/v1/workflows", Route.Access.VIEWER, WorkflowRoutes::list),
        active(HandlerType.GET, "/v1/workflows/{w}", Route.Access.VIEWER, WorkflowRoutes::show),
        vdiff(HandlerType.GET, "/status", Route.Access.VIEWER, VDiffRoutes::status),
        vdiff(HandlerType.POST, "/vdiffs", Route.Access.OPERATOR, VDiffRoutes::create),
        vdiff(HandlerType.GET, "/vdiffs", Route.Access.VIEWER, VDiffRoutes::list),
        vdiff(HandlerType.GET, "/vdiffs/{uuid}", Route.Access.VIEWER, VDiffRoutes::show),
        vdiff(HandlerType.DELETE, "/vdiffs/{uuid}", Route.Access.OPERATOR, VDiffRoutes::delete),
        vdiff(
            HandlerType.POST, "/vdiffs/{uuid}/repair", Route.Access.OPERATOR, VDiffRoutes::repair),
        vdiff(
            HandlerType.POST,
            "/vdiffs/{uuid}/refresh",
            Route.Access.OPERATOR,
            VDiffRoutes::refresh),
        vdiff(HandlerType.POST, "/vdiffs/{uuid}/stop", Route.Access.OPERATOR, VDiffRoutes::stop),
        vdiff(
            HandlerType.POST, "/vdiffs/{uuid}/resume", Route.Access.OPERATOR, VDiffRoutes::resume),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/start",
            Route.Access.OPERATOR,
            WorkflowRoutes::start),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/stop",
            Route.Access.OPERATOR,
            WorkflowRoutes::stop),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/throttle",
            Route.Access.OPERATOR,
            WorkflowRoutes::throttle),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/cancel",
            Route.Access.OPERATOR,
            WorkflowRoutes::cancel),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/switch-traffic",
            Route.Access.OPERATOR,
            WorkflowRoutes::switchTraffic),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/reverse-traffic",
            Route.Access.OPERATOR,
            WorkflowRoutes::reverseTraffic),
        active(
            HandlerType.POST,
            "/v1/workflows/{w}/complete",
            Route.Access.OPERATOR,
            WorkflowRoutes::complete),
        active(
            HandlerType.GET,
            "/v1/routing-rules",
            Route.Access.VIEWER,
            (routes, context) -> routes.routing().list(context)),
        active(
            HandlerType.DELETE,
            "/v1/routing-rules/{table}",
            Route.Access.OPERATOR,
            (routes, context) -> routes.routing().remove(context)),
        new Route(HandlerType.GET, "/v1/keyspaces", Route.Access.VIEWER, false, keyspaces::list),
        new Route(HandlerType.GET, "/v1/events", Route.Access.VIEWER, false, events.handler()),
        new Route(HandlerType.GET, "/health", Route.Access.ANYBODY, false, this::ready),
        new Route(HandlerType.GET, "/health/live", Route.Access.ANYBODY, false, this::live),
        new Route(HandlerType.GET, "/health/ready", Route.Access.ANYBODY, false, this::ready),
        new Route(HandlerType.GET, "/metrics", Route.Access.VIEWER, false, this::metrics),
        new Route(HandlerType.GET, "/openapi.yaml", Route.Access.ANYBODY, false, this::openApi),
        new Route(HandlerType.GET, "/", Route.Access.ANYBODY, false, this::page));
  }

  /** A call about workflows. */
  private interface WorkflowCall {
    void answer(WorkflowRoutes routes, Context context) throws Exception;
  }

  /** A call about VDiffs. */
  interface VDiffCall {
    void answer(VDiffRoutes routes, Context context) throws Exception;
  }

  private Route vdiff(HandlerType method, String path, Route.Access access, VDiffCall call) {
    return new Route(
        method,
        "/v1/workflows/{w}" + path,
        access,
        true,
        context ->
            answerOrForward(
                context,
                (controller, by) ->
                    new VDiffRoutes(controller, vdiffs, by, Clock.systemUTC())
                        .answer(call, context)));
  }

  /** What is answered where the active controller is. */
  private interface Answer {
    void by(ControllerApi controller, String who) throws Exception;
  }

  private Route active(HandlerType method, String path, Route.Access access, WorkflowCall call) {
    return new Route(
        method,
        path,
        access,
        true,
        context ->
            answerOrForward(
                context,
                (controller, by) -> call.answer(new WorkflowRoutes(controller, by), context)));
  }

  /**
   * Answers here or hands on. An address that refuses the connection is that of a controller that
   * has just died: its successor is waited for.
   */
  private void answerOrForward(Context context, Answer answer) throws Exception {
    long end = System.nanoTime() + TAKEOVER_LIMIT.toNanos();
    while (active.here().isEmpty()) {
      boolean found = active.await();
      if (active.here().isPresent()) {
        break;
      }
      String address = active.elsewhere().orElse(null);
      if (!found || Forwarder.forwarded(context) || System.nanoTime() > end) {
        throw noController();
      }
      if (address != null && forwarder.forward(context, address)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(TAKEOVER_POLL_MILLIS);
    }
    String by = context.attribute("by");
    answer.by(active.here().orElseThrow(HttpApi::noController), by);
  }

  private static ApiException noController() {
    return new ApiException(
        503,
        "noController",
        "no controller is active now",
        "start a server with the role controller, or look at /health/ready of the one that should be active");
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.maxRequestSize = MAX_BODY_BYTES;
    config.jsonMapper(new JavalinJackson(SluiceJson.mapper(), false));
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4, 30_000);
    new JettyServerThreadPoolMetrics(threads, Tags.of("pool", "http")).bindTo(meters);
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        server -> server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server)));
    for (Route route : routes()) {
      config.routes.addEndpoint(
          Endpoint.create(route.method(), route.path()).handler(context -> serve(route, context)));
    }
    config.routes.exception(HttpResponseException.class, HttpApi::wrongRequest);
    config.routes.exception(Exception.class, HttpApi::failed);
  }

  private void serve(Route route, Context context) throws Exception {
    String by = authenticator.check(context, route.access());
    limits.count(by);
    context.attribute("by", by);
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
    route.handler().handle(context);
  }

  private static void failed(Exception error, Context context) {
    ApiError shown = ApiError.of(error);
    if (shown.status() >= 500) {
      LOG.atWarn()
          .addKeyValue("path", context.path())
          .addKeyValue("errorCode", shown.errorCode())
          .setCause(error)
          .log("call failed");
    }
    if (error instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    context.status(shown.status()).json(shown.body());
  }

  private static void wrongRequest(HttpResponseException error, Context context) {
    String code =
        switch (error.getStatus()) {
          case 404 -> "notFound";
          case 405 -> "methodNotAllowed";
          case 413 -> "tooLarge";
          default -> "invalidRequest";
        };
    String message =
        error.getStatus() == 404 ? "there is nothing at " + context.path() : error.getMessage();
    ApiError shown =
        ApiError.of(error.getStatus(), code, message, "GET /openapi.yaml lists the calls");
    context.status(error.getStatus()).json(shown.body());
  }

  private void live(Context context) {
    boolean live = health.live();
    context.status(live ? 200 : 503).json(health.view(live));
  }

  private void ready(Context context) {
    boolean ready = health.ready();
    context.status(ready ? 200 : 503).json(health.view(ready));
  }

  private void metrics(Context context) {
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(meters.scrape());
  }

  private void openApi(Context context) {
    context.contentType("application/yaml").result(resource("/openapi.yaml"));
  }

  private void page(Context context) {
    context.header(
        "Content-Security-Policy",
        "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
    context.html(resource("/page/index.html"));
  }

  /** A text from the class path. */
  static String resource(String name) {
    try (InputStream in = HttpApi.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    events.close();
    javalin.stop();
  }
}
