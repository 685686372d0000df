package dev.sluice.server.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * One route.
 *
 * @param path as in openapi.yaml
 * @param access who may call it
 * @param active only the active controller can answer it: others forward it
 */
record Route(HandlerType method, String path, Access access, boolean active, Handler handler) {

  /** Who may call a route. */
  enum Access {
    ANYBODY,
    VIEWER,
    OPERATOR
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
