package dev.sluice.server.http;

import dev.sluice.controller.ControllerApi;
import dev.sluice.schemas.routing.RoutingTable;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** The calls about routing rules, answered by the active controller. */
final class RoutingRoutes {

  private final ControllerApi controller;
  private final String by;

  /**
   * @param by who calls
   */
  RoutingRoutes(ControllerApi controller, String by) {
    this.controller = controller;
    this.by = by;
  }

  void list(Context context) {
    answer(context, controller.routing());
  }

  void remove(Context context) throws InterruptedException {
    String reason = context.queryParam("reason");
    answer(
        context,
        controller.removeRules(context.pathParam("table"), by, reason == null ? "" : reason));
  }

  private static void answer(Context context, RoutingTable table) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("rulesEpoch", table.rulesEpoch());
    answer.put("rules", table.rules());
    context.json(answer);
  }
}
