package dev.sluice.server.http;

import dev.sluice.server.config.HttpSettings;
import dev.sluice.server.config.HttpSettings.Token;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who calls, and whether they may. Tokens are compared in constant time. Thread-safe. */
final class Authenticator {

  private static final String BEARER = "Bearer ";
  private static final Set<String> LOOPBACK_NAMES =
      Set.of("localhost", "127.0.0.1", "::1", "[::1]");

  private final List<Token> tokens;
  private final String host;

  Authenticator(HttpSettings settings) {
    this.tokens = settings.tokens();
    this.host = settings.host();
  }

  /**
   * Checks the caller.
   *
   * @return the name that stands in the history
   * @throws ApiException 401 or 403
   */
  String check(Context context, Route.Access access) {
    String address = context.req().getRemoteAddr();
    if (access == Route.Access.ANYBODY) {
      return address;
    }
    if (tokens.isEmpty()) {
      refuseOtherSites(context);
      return address;
    }
    Token token = find(context.header("Authorization"));
    if (token == null) {
      throw new ApiException(
          401,
          "unauthorized",
          "a token is needed",
          "send Authorization: Bearer TOKEN, or set SLUICE_TOKEN");
    }
    if (access == Route.Access.OPERATOR && token.access() != HttpSettings.Access.OPERATOR) {
      throw new ApiException(
          403,
          "forbidden",
          "token " + token.name() + " may only look",
          "use a token whose role is operator");
    }
    return token.name();
  }

  private Token find(String header) {
    byte[] given =
        digest(
            header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : "");
    Token found = null;
    for (Token token : tokens) {
      if (MessageDigest.isEqual(given, digest(token.token()))) {
        found = token;
      }
    }
    return header == null ? null : found;
  }

  /** Equal lengths whatever was sent, so that the comparison tells nothing. */
  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256, which every JVM must have", e);
    }
  }

  /**
   * Without tokens a page of another site in the operator's browser could call us: by its own name
   * or ours.
   */
  private void refuseOtherSites(Context context) {
    String origin = context.header("Origin");
    String called = hostOf(context.header("Host"));
    boolean known =
        called == null
            || LOOPBACK_NAMES.contains(called)
            || called.equals(host.toLowerCase(Locale.ROOT));
    boolean same = origin == null || called != null && called.equals(originHost(origin));
    if (!known || !same) {
      throw new ApiException(
          403,
          "forbidden",
          "calls from other sites are refused",
          "call the server by its own address");
    }
  }

  private static String originHost(String origin) {
    try {
      return URI.create(origin).getHost();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String hostOf(String header) {
    if (header == null) {
      return null;
    }
    return header.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
  }
}
