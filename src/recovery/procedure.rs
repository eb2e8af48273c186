//! A procedure that the file states, laid over what was derived.

use super::sample::Step;
use super::steps::Course;
use crate::model::recovery::{Procedure, Takes};
use crate::text::Phrase;

/// Lays it over. A step of the file's own stands where `after` puts it, else at the end. A derived step that does not occur in
/// this case is not made up, a wait for one is left out, and a step whose
/// waits all are keeps its usual ones. Returns the steps whose stated order would make them wait for themselves: they keep
/// their usual order too.
pub fn state(course: &mut Course, stated: &Procedure) -> Vec<String> {
    for (id, seconds) in &stated.takes {
        let takes = Takes::stated(seconds.clone());
        match course.steps.iter_mut().find(|s| s.id == *id) {
            Some(step) => step.takes = takes,
            None if stated.own.contains(id) => course.steps.push(Step {
                id: id.clone(),
                name: Phrase::same(id.clone()),
                component: None,
                takes,
                after: Vec::new(),
            }),
            None => {}
        }
    }
    let place = |course: &Course, id: &str| course.steps.iter().position(|s| s.id == id);
    let mut circles = Vec::new();
    for (id, before) in &stated.after {
        let places: Vec<usize> = before.iter().filter_map(|name| place(course, name)).collect();
        let Some(step) = place(course, id).filter(|_| before.is_empty() || !places.is_empty()) else {
            continue;
        };
        if places.iter().any(|from| *from == step || leads_to(&course.steps, step, *from)) {
            circles.push(id.clone());
        } else {
            course.steps[step].after = places;
        }
    }
    come_last(course, stated);
    sort(course);
    circles
}

/// Steps of the file's own without a word about their order, for which nothing waits, come last, side by side: a check or an
/// announcement that nobody placed is no reason to begin it before anything is restored.
fn come_last(course: &mut Course, stated: &Procedure) {
    let n = course.steps.len();
    let mut awaited = vec![false; n];
    course.steps.iter().flat_map(|step| &step.after).for_each(|before| awaited[*before] = true);
    let placed = |id: &String| stated.after.iter().any(|(step, _)| step == id);
    let last = |i: &usize| {
        let id = &course.steps[*i].id;
        stated.own.contains(id) && !placed(id) && !awaited[*i]
    };
    let (own, ends): (Vec<usize>, Vec<usize>) = (0..n).filter(|i| !awaited[*i]).partition(last);
    for step in own {
        course.steps[step].after.clone_from(&ends);
    }
}

/// Whether `to` waits, over whatever steps, for `from`.
fn leads_to(steps: &[Step], from: usize, to: usize) -> bool {
    let (mut stack, mut seen) = (vec![to], vec![false; steps.len()]);
    while let Some(at) = stack.pop() {
        if at == from {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            stack.extend(&steps[at].after);
        }
    }
    false
}

/// Puts every step behind those it waits for. There is no circle.
fn sort(course: &mut Course) {
    let n = course.steps.len();
    let (mut order, mut placed) = (Vec::with_capacity(n), vec![false; n]);
    while order.len() < n {
        let ready = |i: &usize| !placed[*i] && course.steps[*i].after.iter().all(|before| placed[*before]);
        let Some(next) = (0..n).find(ready) else { break };
        placed[next] = true;
        order.push(next);
    }
    let mut place = vec![0; n];
    order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
    let steps = order.iter().map(|old| {
        let step = course.steps[*old].clone();
        Step { after: step.after.iter().map(|before| place[*before]).collect(), ..step }
    });
    course.steps = steps.collect();
}
