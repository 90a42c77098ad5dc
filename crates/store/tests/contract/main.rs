//! What every engine of the store keeps: one suite, run against each. A claim is an async function that is given a
//! [`Place`], where it may open stores; the lists below say which claims every engine keeps, and which only those
//! that outlive their process.

mod answered;
mod copying;
mod funds_kept;
mod leases;
mod money;
mod names;
mod notices;
mod payments_kept;
mod place;
mod reopened;
mod severed;
mod shardable;
mod shops;
mod wire;
mod writers;

use place::Place;

macro_rules! suite {
    ($engine:ident at $place:expr => $($module:ident :: $claim:ident),* $(,)?) => {
        mod $engine {
            $(
                #[tokio::test]
                async fn $claim() -> anyhow::Result<()> {
                    super::$module::$claim($place).await
                }
            )*
        }
    };
}

/// Claims of every engine.
macro_rules! every_engine {
    ($engine:ident at $place:expr) => {
        suite!($engine at $place =>
            payments_kept::every_stage_is_read_as_it_was_written,
            payments_kept::every_walk_is_read_as_the_rules_left_it,
            payments_kept::events_tell_every_version,
            payments_kept::what_is_not_there_is_not_found,
            payments_kept::order_details_come_with_a_change_and_are_refreshed_alone,
            payments_kept::details_of_no_payment_are_refused,
            payments_kept::the_janitor_sees_the_unanswered_of_every_shop_longest_first,
            payments_kept::pages_left_open_are_found_until_they_are_closed,
            payments_kept::a_visit_that_never_began_is_over_by_its_opening_and_another_by_its_beginning,
            funds_kept::every_place_of_money_is_read_as_it_was_written,
            funds_kept::a_pending_payment_is_read_as_it_was_written,
            funds_kept::what_amazon_owes_is_found_until_it_is_answered,
            funds_kept::what_happens_by_itself_is_found_when_it_is_due,
            funds_kept::the_payments_of_an_order_are_found,
            funds_kept::an_agreement_comes_with_the_payment_that_makes_it,
            funds_kept::an_agreement_is_closed_once_and_found_until_amazon_knows,
            funds_kept::a_call_that_was_turned_away_stops_the_same_call_and_may_come_again,
            funds_kept::a_charge_begins_once_for_one_call,
            leases::of_two_who_take_the_same_one_has_it_and_the_other_nothing,
            leases::what_is_being_asked_is_not_taken_until_the_asker_is_silent_for_too_long,
            leases::who_lost_his_lease_writes_nothing,
            leases::a_lease_that_is_extended_lasts_and_one_that_is_ended_does_not,
            leases::the_pause_between_two_looks_grows_and_news_cut_it_short,
            leases::a_clock_that_was_set_back_hides_nothing,
            leases::automatic_operations_and_sessions_are_taken_once,
            leases::an_agreement_is_closed_by_one_and_tried_less_and_less_often,
            writers::of_two_writers_of_one_version_one_is_stale,
            writers::of_two_payments_one_takes_the_shops_identifier,
            writers::the_same_identifier_in_two_shops_is_two,
            writers::of_two_payments_on_one_order_of_a_seller_one_is_charged,
            writers::a_payment_opened_twice_is_taken_the_second_time,
            writers::a_refused_change_leaves_nothing,
            writers::a_stale_first_attempt_is_stale_not_taken,
            writers::a_failing_change_does_not_disturb_the_others,
            writers::numbers_are_given_once_and_grow,
            notices::a_final_change_owes_one_notice,
            notices::a_lease_is_not_given_twice_and_ends_by_time,
            notices::a_try_is_recorded_and_the_next_is_due_when_said,
            notices::a_notice_given_up_is_not_due,
            notices::a_late_failure_does_not_undo_delivery,
            notices::one_shop_never_has_more_under_way_than_its_share,
            notices::shops_take_turns_longest_due_first,
            notices::a_try_of_no_notice_is_refused,
            notices::the_next_due_instant_is_known,
            notices::what_a_clock_that_was_ahead_put_off_is_due_now,
            notices::the_next_due_instant_is_now_when_a_clock_was_ahead,
            notices::a_lease_of_a_clock_that_was_ahead_is_given_again,
            notices::a_pause_that_a_clock_ahead_began_ends_at_once,
            answered::the_notice_of_a_call_is_due_when_the_answer_has_had_its_time,
            answered::what_the_answer_told_is_delivered_without_a_try,
            answered::an_answer_marks_nothing_but_what_it_told,
            answered::an_answer_marks_earlier_outcomes_too,
            answered::an_answer_does_not_tell_that_a_refund_was_declined,
            answered::a_notice_that_is_being_sent_or_was_is_not_marked,
            answered::many_answers_are_marked_by_one_commit,
            shops::a_shop_is_read_as_it_was_put,
            shops::a_shop_put_again_loses_what_it_no_longer_has,
            shops::every_change_of_settings_leaves_a_row_without_secrets,
            shops::shops_are_found_by_their_seller_in_one_environment,
            shops::seal_keys_are_in_order_of_age_and_never_replaced,
            shops::secrets_are_read_by_whoever_has_the_key,
        );
    };
}

every_engine!(sqlite_file at crate::Place::folder()?);
every_engine!(sqlite_memory at crate::Place::memory());
every_engine!(postgres at crate::Place::schema()?);

suite!(sqlite_file_reopened at crate::Place::folder()? =>
    reopened::what_was_answered_is_there_after_reopening,
    reopened::what_was_answered_is_in_the_files_without_closing,
    reopened::numbers_never_repeat,
    reopened::two_stores_on_one_place_see_each_other,
    reopened::stores_that_open_a_new_place_together_agree,
    reopened::of_two_stores_one_writer_is_stale,
    reopened::a_lease_of_a_dead_process_is_given_again,
    copying::a_copy_is_the_same_row_by_row_and_may_be_begun_again,
    copying::a_copy_that_differs_is_told_with_the_row,
    shops::of_two_clerks_the_second_is_stale_and_changes_nothing,
    shops::an_older_program_goes_on_writing_shops,
    shops::a_shop_made_again_goes_on_with_its_history,
    reopened::a_dropped_store_has_written_what_was_asked,
    reopened::a_program_goes_on_beside_a_newer_one_until_its_schema_is_taken_away,
    reopened::the_steps_of_the_schema_are_told_and_done_once,
);

suite!(postgres_reopened at crate::Place::schema()? =>
    reopened::what_was_answered_is_there_after_reopening,
    reopened::numbers_never_repeat,
    reopened::two_stores_on_one_place_see_each_other,
    reopened::stores_that_open_a_new_place_together_agree,
    reopened::of_two_stores_one_writer_is_stale,
    copying::a_copy_is_the_same_row_by_row_and_may_be_begun_again,
    copying::a_copy_that_differs_is_told_with_the_row,
    reopened::a_lease_of_a_dead_process_is_given_again,
    reopened::the_steps_of_the_schema_are_told_and_done_once,
    reopened::a_program_goes_on_beside_a_newer_one_until_its_schema_is_taken_away,
    shops::of_two_clerks_the_second_is_stale_and_changes_nothing,
    shops::an_older_program_goes_on_writing_shops,
    shops::a_shop_made_again_goes_on_with_its_history,
    severed::what_is_acknowledged_is_there_though_connections_are_cut,
    severed::a_caller_who_stops_waiting_does_not_stop_his_change,
    severed::readers_do_not_notice_that_connections_are_cut,
    severed::a_commit_whose_answer_is_lost_is_found_and_one_that_never_arrived_is_made,
    severed::settings_whose_commit_is_not_answered_are_changed_once,
    severed::of_two_askers_one_is_stale_though_the_answer_to_the_other_is_lost,
);

suite!(postgres_schema at crate::Place::schema()? =>
    shardable::the_shop_leads_every_key_and_every_index,
    shardable::a_row_refers_to_rows_of_its_own_shop_only,
    shardable::nothing_in_the_schema_is_beyond_a_distributed_engine,
    shardable::no_statement_asks_for_what_only_one_machine_can,
);
