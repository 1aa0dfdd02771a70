package io.gatun.mesos.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.MesosJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Answers in the form that Mesos' HTTP clients expect. All methods belong on the request's event loop. */
public final class Replies {
    /** What a JSONP callback may be called; anything else could smuggle a script in. */
    private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.\\[\\]]{0,127}");

    private Replies() {}

    /** 200 with JSON; wrapped in a call when the query has {@code jsonp}. */
    public static void json(RoutingContext ctx, JsonNode body) {
        json(ctx, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** 200 with the message in Mesos' JSON; wrapped in a call when the query has {@code jsonp}. */
    public static void json(RoutingContext ctx, Message body) {
        json(ctx, MesosJson.printBytes(body));
    }

    /** 200 with encoded JSON; wrapped in a call when the query asks for JSONP, 400 if the callback is no name. */
    public static void json(RoutingContext ctx, byte[] json) {
        String callback = ctx.queryParams().get("jsonp");
        if (callback == null) {
            send(ctx, 200, MediaType.JSON.header(), Buffer.buffer(json));
        } else if (CALLBACK.matcher(callback).matches()) {
            Buffer call = Buffer.buffer(json.length + callback.length() + 3)
                    .appendString(callback)
                    .appendString("(")
                    .appendBytes(json)
                    .appendString(");");
            send(ctx, 200, "text/javascript", call);
        } else {
            error(ctx, 400, "Expecting 'jsonp' to be the name of a function");
        }
    }

    /** A status with a message in the negotiated type. */
    public static void message(RoutingContext ctx, int status, MediaType type, Message body) {
        send(ctx, status, type.header(), Buffer.buffer(type.encode(body)));
    }

    /** A status with an encoded message: for large ones, which are better encoded away from the event loop. */
    public static void encoded(RoutingContext ctx, int status, MediaType type, byte[] body) {
        send(ctx, status, type.header(), Buffer.buffer(body));
    }

    /** A status with a line of text, which is how Mesos tells errors. */
    public static void error(RoutingContext ctx, int status, String text) {
        send(ctx, status, "text/plain; charset=utf-8", Buffer.buffer(text));
    }

    /** A status without a body, such as 202. */
    public static void empty(RoutingContext ctx, int status) {
        ctx.response().setStatusCode(status).end();
    }

    /** 405 with the {@code Allow} header. */
    public static void methodNotAllowed(RoutingContext ctx, HttpMethod... allowed) {
        List<String> names = Arrays.stream(allowed).map(HttpMethod::name).toList();
        ctx.response().putHeader(HttpHeaders.ALLOW, String.join(", ", names));
        String quoted = names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        error(
                ctx,
                405,
                "Expecting one of { " + quoted + " }, but received '"
                        + ctx.request().method().name() + "'.");
    }

    /**
     * Checks the method, the content type and the body of a v1 call, and reads it into {@code into}. Answers 405, 400 or 415
     * itself when one of them is wrong.
     *
     * @return the type that the call came in; empty if the request has been answered
     */
    public static Optional<MediaType> bodyMessage(RoutingContext ctx, Message.Builder into) {
        if (!ctx.request().method().equals(HttpMethod.POST)) {
            methodNotAllowed(ctx, HttpMethod.POST);
            return Optional.empty();
        }
        String header = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (header == null) {
            error(ctx, 400, "Expecting 'Content-Type' to be present");
            return Optional.empty();
        }
        Optional<MediaType> type = MediaType.parse(header).filter(known -> known != MediaType.RECORDIO);
        if (type.isEmpty()) {
            error(
                    ctx,
                    415,
                    "Expecting 'Content-Type' of " + MediaType.JSON.header() + " or " + MediaType.PROTOBUF.header());
            return Optional.empty();
        }
        Buffer body = ctx.body().buffer();
        try {
            type.get().decode(body == null ? new byte[0] : body.getBytes(), into);
        } catch (CodecException e) {
            error(
                    ctx,
                    400,
                    "Failed to parse body into " + into.getDescriptorForType().getName() + " protobuf: "
                            + e.getMessage());
            return Optional.empty();
        }
        return type;
    }

    /** The type to answer a message in, by {@code Accept}; answers 406 itself when there is none. */
    public static Optional<MediaType> acceptedMessageType(RoutingContext ctx) {
        Optional<MediaType> type = MediaType.negotiate(ctx.request().getHeader(HttpHeaders.ACCEPT))
                .filter(known -> known != MediaType.RECORDIO);
        if (type.isEmpty()) {
            error(
                    ctx,
                    406,
                    "Expecting 'Accept' to allow " + MediaType.JSON.header() + " or " + MediaType.PROTOBUF.header());
        }
        return type;
    }

    private static void send(RoutingContext ctx, int status, String contentType, Buffer body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .end(body);
    }
}
