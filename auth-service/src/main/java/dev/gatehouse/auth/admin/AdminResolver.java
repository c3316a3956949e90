package dev.gatehouse.auth.admin;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.problem.RateLimit;
import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.throttle.Quotas;
import dev.gatehouse.auth.throttle.Quotas.Quota;
import dev.gatehouse.auth.token.BearerAuthentication;
import dev.gatehouse.auth.token.Caller;

/// Gives controllers their [Admin] parameter, or refuses the call. From then on [AdminRefusals] sees to it that no refusal goes unwritten.
@Component
class AdminResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {

    private static final Duration ANY_AGE = Duration.ofDays(3650);

    private final BearerAuthentication authentication;
    private final Audited audited;
    private final Quotas quotas;
    private final Settings settings;
    private final Clock clock;

    AdminResolver(BearerAuthentication authentication, Audited audited, Quotas quotas, Settings settings, Clock clock) {
        this.authentication = authentication;
        this.audited = audited;
        this.quotas = quotas;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Admin.class;
    }

    @Override
    public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
            NativeWebRequest request, @Nullable WebDataBinderFactory binders) {
        Requires needed = Objects.requireNonNull(parameter.getParameterAnnotation(Requires.class), "an Admin without Requires");
        return require(Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)), needed);
    }

    private Admin require(HttpServletRequest request, Requires needed) {
        Caller caller = authentication.require(request);
        Duration longest = settings.administration().maxAge();
        Duration age = Admission.age(caller.session().authenticatedAt(), clock.instant());
        Admission admission = Admission.of(needed.value(), caller.account().scopes(), caller.tokenScopes(), age,
                needed.recent() ? longest : ANY_AGE);
        if (admission == Admission.DENIED) {
            throw denied(caller, needed.value());
        }
        AdminRefusals.begin(request, caller);
        if (admission == Admission.STEP_UP) {
            throw Problem.stepUp(longest).refusal();
        }
        return new Admin(caller.session());
    }

    private RuntimeException denied(Caller caller, AdminScope needed) {
        Optional<Duration> wait = quotas.take(Quota.DENIAL, caller.account().id());
        if (wait.isPresent()) {
            return Problem.limited(RateLimit.ADMIN, "This was refused too often; wait before the next.", wait.get()).refusal();
        }
        audited.note(Event.about(EventType.ADMIN_ACCESS_DENIED, caller.account().id()).in(caller.session().id())
                .with("scope", needed.scope()));
        return Problem.of(ProblemCode.ACCESS_DENIED, "This needs the scope " + needed.scope() + ".").refusal();
    }
}
