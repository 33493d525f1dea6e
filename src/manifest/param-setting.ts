/** Settings of the config that add parameters to the requests of some streams. */
export type ParamSetting = 'mail_bodies'
