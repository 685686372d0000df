package dev.sluice.tests.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network link inside this JVM: two copying threads a connection. It stands in for toxiproxy
 * where none is installed and has the same operations. A delay holds each piece of up to 64 KiB
 * back for the whole time, so it also limits the rate; tests use it for latency, not for
 * throughput.
 */
final class TcpLink implements NetworkLink {
  private static final Logger LOG = LoggerFactory.getLogger(TcpLink.class);
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int CLOSE_TIMEOUT_MILLIS = 10_000;

  private final String name;
  private final int port;
  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads;
  private final LinkState state = new LinkState();
  private ServerSocket listener;
  private Future<?> acceptor;

  TcpLink(String name, int port, String serverHost, int serverPort) {
    this.name = name;
    this.port = port;
    this.server = new InetSocketAddress(serverHost, serverPort);
    this.threads = Executors.newCachedThreadPool(daemons("link-" + name));
    listen();
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return runnable -> {
      Thread thread = new Thread(runnable, prefix + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void cut() {
    stopListening();
    dropConnections();
  }

  /**
   * Returns when the port takes no more connections. Closing alone does not give that: the port
   * stays open in the kernel until the thread that waits in accept has woken up.
   */
  private void stopListening() {
    if (listener == null) {
      return;
    }
    closeQuietly(listener);
    listener = null;
    try {
      acceptor.get(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("link " + name + " does not let go of port " + port, e);
    }
  }

  @Override
  public void stall() {
    state.stall();
  }

  @Override
  public void delay(Duration time) {
    state.delay(time);
  }

  @Override
  public synchronized void restore() {
    state.restore();
    if (listener == null) {
      listen();
    }
  }

  @Override
  public synchronized void close() {
    cut();
    state.end();
    threads.shutdownNow();
  }

  private synchronized void listen() {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host()), port));
      listener = socket;
      acceptor = threads.submit(() -> accept(socket));
    } catch (IOException e) {
      throw new StackException(
          "link " + name + " cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> connect(socket, client));
      } catch (IOException e) {
        LOG.atDebug().addKeyValue("link", name).log("stopped accepting: {}", e.getMessage());
        return;
      }
    }
  }

  private void connect(ServerSocket acceptedBy, Socket client) {
    Socket upstream = new Socket();
    sockets.add(client);
    sockets.add(upstream);
    try {
      client.setTcpNoDelay(true);
      upstream.connect(server, CONNECT_TIMEOUT_MILLIS);
      upstream.setTcpNoDelay(true);
      if (acceptedBy.isClosed()) {
        dropPair(client, upstream);
        return;
      }
      threads.execute(() -> copy(upstream, client));
      copy(client, upstream);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("link", name).log("connection ended: {}", e.getMessage());
      dropPair(client, upstream);
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
        state.awaitPassage();
        output.write(buffer, 0, length);
      }
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("link", name).log("connection ended: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      dropPair(from, to);
    }
  }

  private void dropPair(Socket first, Socket second) {
    drop(first);
    drop(second);
  }

  private void drop(Socket socket) {
    sockets.remove(socket);
    closeQuietly(socket);
  }

  private void dropConnections() {
    for (Socket socket : sockets) {
      try {
        // A reset instead of an orderly end: what a broken network looks like to both sides.
        socket.setSoLinger(true, 0);
      } catch (IOException alreadyClosed) {
        LOG.atTrace()
            .addKeyValue("link", name)
            .log("already closed: {}", alreadyClosed.getMessage());
      }
      drop(socket);
    }
  }

  private void closeQuietly(AutoCloseable closeable) {
    if (closeable == null) {
      return;
    }
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.atDebug().addKeyValue("link", name).log("closing: {}", e.getMessage());
    }
  }
}
